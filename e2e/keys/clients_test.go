package keys_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/harness"
	"corewarden/e2e/parts"
	"corewarden/extraconfig"
)

// TestKeyClients has every client write wrong key names, and go on from there as if they
// were right.
func TestKeyClients(t *testing.T) {
	t.Parallel()
	tools, err := parts.Build(t.Context(), os.Stderr, parts.ArgoCD, parts.Flux, parts.Helm)
	if err != nil {
		t.Fatal(err)
	}
	i := keyClients{&installation{harness.NewInstallation(t)}, tools}
	for _, c := range i.clients() {
		harness.Step(t, c.name, func(t *testing.T) { i.followsSource(t, c) })
	}
	harness.Step(t, "the page on GitOps shows what kubectl says", i.showsWhatTheDocsSay)
	harness.Step(t, "keys in binaryData", i.binaryKeys)
	harness.Step(t, "a dry run says what would be stored", i.foretells)
	harness.Step(t, "two managers with keys of their own", i.twoManagers)
	harness.Step(t, "two managers of one key", i.oneKeyOfTwoManagers)
	harness.Step(t, "kubectl edit", i.editsRenamed)
	harness.Step(t, "kubectl patch", i.patchesRenamed)
	harness.Step(t, "from kubectl apply to server-side apply", i.migrates)
	harness.Step(t, "a record that somebody spoils", i.repairsTheRecord)
	harness.Step(t, "real collisions", i.refusesCollisions)
	harness.Step(t, "Flux sees no drift", i.fluxSeesNoDrift)
	harness.Step(t, "Argo CD sees every change", i.argoSeesChanges)
	harness.Step(t, "Helm without server-side apply", i.helmWithoutServerSideApply)
	harness.Step(t, "the workloads under Flux and Argo CD", i.leavesStampsAlone)
	harness.Step(t, "another webhook changes something", i.asksAgain)
	harness.Step(t, "with the key policy Reject", i.rejects)
}

// keyClients is an installation, and the tools that are clients of its API server.
type keyClients struct {
	*installation
	tools parts.Binaries
}

// A client applies a source: it makes the ConfigMap what the source says.
type client struct {
	name  string
	apply func(t *testing.T, source texts) (string, error)
}

// clients returns one for each way to write. What --force-conflicts changes is in the steps
// on conflicts and in TestKeySequences, and files as the source in that on binaryData.
func (i keyClients) clients() []client {
	return []client{
		{"kubectl apply", i.kubectlApply()},
		{"kubectl apply --server-side", i.kubectlApply("--server-side")},
		{"kubectl replace", i.replaces},
		{"Flux", i.applyWith(parts.Flux, "apply")},
		{"Argo CD", i.applyWith(parts.ArgoCD, "apply")},
		{"Argo CD with ServerSideApply=true", i.applyWith(parts.ArgoCD, "apply-server-side")},
		{"Helm", i.helmUpgrade()},
	}
}

func (i keyClients) kubectlApply(flags ...string) func(*testing.T, texts) (string, error) {
	return func(t *testing.T, source texts) (string, error) {
		return i.KubectlInput(t.Context(), keyManifest(t, source), append([]string{"apply", "--filename=-"}, flags...)...)
	}
}

func (i keyClients) applyWith(part parts.Part, verb string) func(*testing.T, texts) (string, error) {
	return func(t *testing.T, source texts) (string, error) { return i.tool(t, part, keyManifest(t, source), verb) }
}

func keyManifest(t *testing.T, source texts) string {
	t.Helper()
	return harness.Encode(t, corev1.ConfigMap{Data: source})
}

// createAndApply has kubectl make the manifest, of files whose names become the keys'.
func (i keyClients) createAndApply(t *testing.T, source texts) (string, error) {
	dir := t.TempDir()
	for key, text := range source {
		if err := os.WriteFile(filepath.Join(dir, key), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	made := i.Run(t, "create", "configmap", extraconfig.Name, "--namespace="+extraconfig.Namespace, "--from-file="+dir, "--dry-run=client", "--output=yaml")
	return i.KubectlInput(t.Context(), made, "apply", "--filename=-")
}

func (i keyClients) replaces(t *testing.T, source texts) (string, error) {
	verb := "replace"
	if i.ConfigMap(t) == nil {
		verb = "create"
	}
	return i.KubectlInput(t.Context(), keyManifest(t, source), verb, "--filename=-")
}

// tool runs one of the tools and returns what it prints.
func (i keyClients) tool(t *testing.T, part parts.Part, input string, args ...string) (string, error) {
	cmd := exec.CommandContext(t.Context(), i.tools[part], args...)
	cmd.Env = []string{controlplane.FewCollections, "KUBECONFIG=" + i.Kubeconfig(), "HOME=" + i.Dir(), "TMPDIR=" + t.TempDir()}
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w:\n%s", part, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out)), err
}

// helmUpgrade upgrades a release whose chart holds the ConfigMap alone.
func (i keyClients) helmUpgrade(flags ...string) func(*testing.T, texts) (string, error) {
	return func(t *testing.T, source texts) (string, error) {
		chart := t.TempDir()
		for name, text := range map[string]string{
			"Chart.yaml":               "apiVersion: v2\nname: extra\nversion: 1.0.0\n",
			"templates/configmap.yaml": keyManifest(t, source),
		} {
			path := filepath.Join(chart, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return i.tool(t, parts.Helm, "", slices.Concat([]string{"upgrade", "extra", chart, "--install", "--namespace=" + extraconfig.Namespace}, flags)...)
	}
}

// sources are what a source becomes, step by step, and what has to be stored then. The
// texts are Corefiles that serve nothing, so that nothing restarts.
var sources = []struct {
	name         string
	source, want texts
}{
	{"create", texts{"a": "# 1\n"}, texts{"a.Corefile": "# 1\n"}},
	{"another text", texts{"a": "# 2\n"}, texts{"a.Corefile": "# 2\n"}},
	{"one more key", texts{"a": "# 2\n", "b.corefile": "# 3\n"}, texts{"a.Corefile": "# 2\n", "b.Corefile": "# 3\n"}},
	{"only the case", texts{"a": "# 2\n", "b.COREFILE": "# 3\n"}, texts{"a.Corefile": "# 2\n", "b.Corefile": "# 3\n"}},
	{"two texts change places", texts{"a": "# 3\n", "b.COREFILE": "# 2\n"}, texts{"a.Corefile": "# 3\n", "b.Corefile": "# 2\n"}},
	{"the right name", texts{"a.Corefile": "# 3\n", "b.COREFILE": "# 2\n"}, texts{"a.Corefile": "# 3\n", "b.Corefile": "# 2\n"}},
	{"and the wrong one again", texts{"a": "# 3\n", "b.COREFILE": "# 2\n"}, texts{"a.Corefile": "# 3\n", "b.Corefile": "# 2\n"}},
	{"the right name with another text", texts{"a.Corefile": "# 4\n", "b.COREFILE": "# 2\n"}, texts{"a.Corefile": "# 4\n", "b.Corefile": "# 2\n"}},
	{"and the wrong one with another text", texts{"a": "# 5\n", "b.COREFILE": "# 2\n"}, texts{"a.Corefile": "# 5\n", "b.Corefile": "# 2\n"}},
	{"one key less, one more", texts{"b.COREFILE": "# 2\n", "c": "# 6\n"}, texts{"b.Corefile": "# 2\n", "c.Corefile": "# 6\n"}},
	{"only less", texts{"c": "# 6\n"}, texts{"c.Corefile": "# 6\n"}},
	{"a key is read as a file", texts{"Corefile": "import c\n", "c": "# 6\n"}, texts{"Corefile": "import c\n", "c": "# 6\n"}},
	{"and is not any more", texts{"Corefile": "# 7\n", "c": "# 6\n"}, texts{"Corefile": "# 7\n", "c.Corefile": "# 6\n"}},
}

// followsSource has a client apply its source each time that it changes, and once again.
func (i keyClients) followsSource(t *testing.T, c client) {
	i.startAfresh(t)
	for _, s := range append(sources, sources[0]) {
		if !t.Run(s.name, func(t *testing.T) { i.applies(t, c, s.source, s.want) }) {
			t.FailNow()
		}
	}
	i.startAfresh(t)
	i.applies(t, c, sources[0].source, sources[0].want)
}

// applies has a client apply a source, twice. The second time nothing is stored.
func (i keyClients) applies(t *testing.T, c client, source, want texts) {
	t.Helper()
	if _, err := c.apply(t, source); err != nil {
		t.Fatal(err)
	}
	after := i.get(t, guardedName)
	if !maps.Equal(after.data, want) {
		t.Fatalf("stored is %q, want %q", after.data, want)
	}
	if _, err := c.apply(t, source); err != nil {
		t.Fatal(err)
	}
	if again := i.get(t, guardedName); again.version != after.version {
		t.Errorf("applied again it stores\n%+v\ninstead of\n%+v", again, after)
	}
}

// startAfresh deletes the ConfigMap, and Helm's record of it.
func (i keyClients) startAfresh(t *testing.T) {
	t.Helper()
	i.Run(t, "delete", "configmap", extraconfig.Name, "--namespace="+extraconfig.Namespace, "--ignore-not-found")
	i.Run(t, "delete", "secret", "--namespace="+extraconfig.Namespace, "--selector=owner=helm")
}

// showsWhatTheDocsSay runs each `$ kubectl …` of the page, one after the other.
func (i keyClients) showsWhatTheDocsSay(t *testing.T) {
	i.startAfresh(t)
	page, err := os.ReadFile("../../docs/gitops.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, block := range strings.Split(string(page), "```console\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		for _, transcript := range strings.Split("\n"+block, "\n$ ")[1:] {
			command, want, _ := strings.Cut(transcript, "\n")
			if !strings.HasPrefix(command, "kubectl ") {
				continue
			}
			ran++
			kubectl := i.KubectlCommand(t.Context())
			shell := exec.CommandContext(t.Context(), "sh", "-c", command)
			shell.Dir = "../.."
			shell.Env = slices.Concat(kubectl.Env, []string{"PATH=" + filepath.Dir(kubectl.Path) + ":" + os.Getenv("PATH")})
			out, err := shell.CombinedOutput()
			got := strings.Join(harness.WithoutUsual(strings.Split(string(out), "\n")), "\n") // the page is about names of keys
			if err != nil || strings.TrimSpace(got) != strings.TrimSpace(want) {
				t.Errorf("$ %s\nprints\n%s\nnot\n%s\n(%v)", command, got, want, err)
			}
		}
	}
	if ran < 5 {
		t.Errorf("found only %d commands", ran)
	}
}
