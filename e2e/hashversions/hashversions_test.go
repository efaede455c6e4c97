// Package hashversions shows that a Corewarden that makes other hashes restarts nothing by
// itself.
package hashversions

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
)

// laterHash is the file of the hash as version 2 has it, which writes hashes of its own and
// knows those of version 1.
const laterHash = `return []string{c.Hash(), c.v1()} }

// Hash is that of version 2.
func (c ConfigMap) Hash() string { return strings.Replace(c.v1(), "v1:", "v2:2", 1) }`

// mountsOwn has CoreDNS load two ConfigMaps: its stamp is the hash of neither then.
const mountsOwn = `{"spec": {"template": {"spec": {
  "volumes": [{"name": "own", "configMap": {"name": "coredns-extra-configs"}}],
  "containers": [{"name": "coredns", "volumeMounts": [{"name": "own", "mountPath": "/etc/coredns/own"}]}]}}}}`

// TestANewVersionOfTheHashRestartsNothing upgrades the webhook to one with the later hash.
func TestANewVersionOfTheHashRestartsNothing(t *testing.T) {
	t.Parallel()
	next := version2(t)
	s := newSite(t)
	product := s.install()
	s.await("v1:")
	before := s.workloads(product)

	if err := product.Upgrade(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	err := product.AfterReconcile(t.Context(), func() error {
		s.write("dns-extra-configs", "# It has only a comment more.\na.example {\n    whoami\n}\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if after := s.workloads(product); !maps.Equal(before, after) {
		t.Errorf("version 2 has made %v of %v", after, before)
	}

	s.write("dns-extra-configs", "b.example {\n    whoami\n}\n")
	s.await("v2:")
}

// version2 builds the webhook with the later hash, where no other test takes it for its own.
func version2(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "webhook")
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay(t), "-o", binary, "../../cmd/webhook")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build version 2: %v\n%s", err, out)
	}
	return binary
}

// overlay returns a file that has the go command build version 2.
func overlay(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../extraconfig/hash.go")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	later := string(text)
	for _, change := range [][2]string{{") Hash() string {", ") v1() string {"}, {"return []string{c.Hash()} }", laterHash}} {
		if strings.Count(later, change[0]) != 1 {
			t.Fatalf("%s has no single %q", path, change[0])
		}
		later = strings.Replace(later, change[0], change[1], 1)
	}
	replaced, file := filepath.Join(t.TempDir(), "hash.go"), filepath.Join(t.TempDir(), "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {path: replaced}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{replaced: []byte(later), file: replace} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

// A site is a cluster with MetaKube's DNS and content that nothing is stamped for.
type site struct {
	t       *testing.T
	cluster *controlplane.Cluster
}

func newSite(t *testing.T) *site {
	t.Helper()
	cluster, err := controlplane.Start(t.Context(), controlplane.Options{Output: os.Stderr, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, cluster.Stop) })
	s := &site{t, cluster}
	if err := metakube.Install(t.Context(), cluster); err != nil {
		t.Fatal(err)
	}
	s.write("coredns-extra-configs", "own.example {\n    whoami\n}\n")
	s.write("dns-extra-configs", "a.example {\n    whoami\n}\n")
	s.kubectl("", "patch", "deployment", "coredns", "--patch="+mountsOwn)
	s.kubectl("", "rollout", "status", "deployment/coredns", "--timeout=5m")
	return s
}

func stop(t *testing.T, stop func() error) {
	t.Helper()
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func (s *site) install() *corewarden.Product {
	s.t.Helper()
	product, err := corewarden.Install(s.t.Context(), s.cluster, "-adopt=never")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { stop(s.t, product.Stop) })
	return product
}

func (s *site) kubectl(stdin string, args ...string) string {
	s.t.Helper()
	out, err := s.cluster.KubectlInput(s.t.Context(), stdin, append([]string{"--namespace=kube-system"}, args...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *site) write(configMap, corefile string) {
	s.t.Helper()
	object, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]string{"name": configMap}, "data": map[string]string{"Corefile": corefile},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.kubectl(string(object), "apply", "--server-side", "--filename=-")
}

// await waits until the rollout of both workloads is completed, with stamps of a version.
func (s *site) await(version string) {
	s.t.Helper()
	harness.Eventually(s.t, "completed are two of "+version, func() error {
		completed := s.kubectl("", "get", "deployment/coredns", "daemonset/node-local-dns",
			`--output=jsonpath={.items[*].metadata.annotations.corewarden\.io/completed-hash}`)
		if strings.Count(" "+completed, " "+version) != 2 {
			return fmt.Errorf("it is %q", completed)
		}
		return nil
	})
}

// workloads tells the stamp and the number of pod templates of each workload.
func (s *site) workloads(p *corewarden.Product) map[string]string {
	s.t.Helper()
	all := map[string]string{}
	for _, name := range []string{"deployment/coredns", "daemonset/node-local-dns"} {
		stamp, templates, err := p.Stamp(s.t.Context(), name)
		if err != nil {
			s.t.Fatal(err)
		}
		all[name] = fmt.Sprint(stamp, " ", templates)
	}
	return all
}
