package parts

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"k8s.io/apimachinery/pkg/util/version"
)

func TestNewestAssetsOfThePinnedMinorVersionAreTaken(t *testing.T) {
	t.Parallel()
	platform := "-" + runtime.GOOS + "-" + runtime.GOARCH
	for _, tt := range []struct {
		name    string
		folders []string
		want    string
	}{
		{"none", nil, ""},
		{"the newest patch", []string{"1.37.0" + platform, "1.37.10" + platform, "1.37.9" + platform}, "1.37.10" + platform},
		{"no other minor version", []string{"1.36.4" + platform, "1.38.0" + platform}, ""},
		{"no other machine", []string{"1.37.2-plan9-mips"}, ""},
		{"nothing that is no version", []string{"latest" + platform}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := t.TempDir()
			for _, folder := range tt.folders {
				if err := os.Mkdir(filepath.Join(store, folder), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			got, err := newestAssets(store, version.MustParseSemantic("v1.37.2"))
			if err != nil {
				t.Fatal(err)
			}
			if want := filepath.Join(store, tt.want); tt.want == "" && got != "" || tt.want != "" && got != want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
