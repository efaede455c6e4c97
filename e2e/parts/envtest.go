package parts

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/version"
)

// EnvtestAssets returns the folder in which setup-envtest keeps etcd, kube-apiserver and
// kubectl of the pinned minor version of Kubernetes, for KUBEBUILDER_ASSETS. It is empty
// where there is none.
func EnvtestAssets(ctx context.Context) (string, error) {
	b, err := inRepository(ctx)
	if err != nil {
		return "", err
	}
	m, err := readModule(ctx, filepath.Join(b.Modules, KubeAPIServer.folder()))
	if err != nil {
		return "", err
	}
	pinned, err := version.ParseSemantic(m.version)
	if err != nil {
		return "", err
	}
	// setup-envtest's own default.
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", nil //nolint:nilerr // without a home there are no assets in it
		}
		data = filepath.Join(home, ".local", "share")
	}
	return newestAssets(filepath.Join(data, "kubebuilder-envtest", "k8s"), pinned)
}

// newestAssets returns the sub-folder of the newest patch release of the pinned minor
// version for this machine, such as 1.37.2-linux-amd64.
func newestAssets(store string, pinned *version.Version) (string, error) {
	platform := "-" + runtime.GOOS + "-" + runtime.GOARCH
	folders, err := filepath.Glob(filepath.Join(store, "*"+platform))
	if err != nil {
		return "", err
	}
	release := func(folder string) *version.Version {
		v, err := version.ParseSemantic(strings.TrimSuffix(filepath.Base(folder), platform))
		if err != nil || v.Major() != pinned.Major() || v.Minor() != pinned.Minor() {
			return nil
		}
		return v
	}
	folders = slices.DeleteFunc(folders, func(folder string) bool { return release(folder) == nil })
	if len(folders) == 0 {
		return "", nil
	}
	return slices.MaxFunc(folders, func(a, b string) int {
		return cmp.Compare(release(a).Patch(), release(b).Patch())
	}), nil
}
