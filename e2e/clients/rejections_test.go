package clients_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A tool applies testdata/shop.yaml: dns-extra-configs among other objects.
type tool struct {
	name string // also that of its section in docs/rejections.md
	// install and upgrade are lines of a shell, in a folder with shop.yaml and with a chart of
	// it. The manifests are on standard input, too.
	install, upgrade string
	// message is what goes before the tool's own message, which the page shows. Where it is
	// empty, the page shows the command and all that it prints.
	message string
	// installed are the other objects that are there after a rejected installation, and upgraded
	// those that have changed after a rejected upgrade.
	installed, upgraded []string
}

// Every object beside dns-extra-configs. Argo CD has the last one in a later wave.
var all = []string{"namespace/shop", "serviceaccount/web", "service/web", "configmap/web"}

var tools = []tool{
	{
		name: "kubectl", install: "kubectl apply --server-side --filename shop.yaml", upgrade: "kubectl apply --server-side --filename shop.yaml",
		installed: all, upgraded: all,
	},
	{
		name: "Flux", install: "flux apply-all", upgrade: "flux apply-all", message: "flux: ",
		installed: all[:1], upgraded: all[:1],
	},
	{
		name: "Argo CD", install: "argocd sync", upgrade: "argocd sync", message: "argocd: Failed: ",
		installed: all[:3], upgraded: all[:3],
	},
	{
		name: "Helm", install: "helm install shop ./shop", upgrade: "helm upgrade shop ./shop",
		installed: all, upgraded: all,
	},
	{
		name: "Helm without server-side apply", install: "helm install shop ./shop --server-side=false", upgrade: "helm upgrade shop ./shop --server-side=false",
		installed: all, upgraded: all,
	},
}

// causes are what is wrong with the text.
var causes = []string{
	"data[lab.Corefile]: line 2, column 15: forward: \"192.0.2.256\" is not an IP address",
	"data[shop.Corefile]: line 2, column 5: unknown plugin \"forwrad\"; did you mean \"forward\"?",
}

// TestClients reads the webhook's answers in each client.
func TestClients(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	for number, tool := range tools {
		t.Run(tool.name, func(t *testing.T) { c.rejects(t, tool, fmt.Sprintf("shop%d", number)) })
	}
	t.Run("mistakes", c.showsMistakes)
}

// rejects has a tool apply a malformed text where there is nothing, and then over a good one. The
// namespace is of this tool alone.
func (c cluster) rejects(t *testing.T, tool tool, namespace string) {
	c.forget(t)
	for _, state := range []struct {
		version, line string
		applied       []string
	}{
		{"1", tool.install, tool.installed},
		{"2", tool.upgrade, tool.upgraded},
	} {
		out, err := c.apply(t, state.line, namespace, state.version, malformed)
		if err == nil {
			t.Fatalf("%s succeeds:\n%s", state.line, out)
		}
		for _, cause := range causes {
			if !strings.Contains(out, cause) {
				t.Errorf("%s does not say %q:\n%s", state.line, cause, out)
			}
		}
		if state.version == "1" || tool.install != tool.upgrade {
			shown := "```console\n$ " + state.line + "\n" + out + "\n```"
			if tool.message != "" {
				_, message, _ := strings.Cut(out, tool.message)
				shown = "```text\n" + message + "\n```"
			}
			onPage(t, tool.name, shown)
		}
		if got := c.labelled(t, namespace, state.version); !slices.Equal(got, state.applied) {
			t.Errorf("%s leaves %v, not %v", state.line, got, state.applied)
		}
		// The right text is all it takes.
		if out, err := c.apply(t, tool.upgrade, namespace, state.version, corrected); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		if got := c.labelled(t, namespace, state.version); !slices.Equal(got, all) {
			t.Errorf("with the right text, %s leaves %v", tool.upgrade, got)
		}
		if out := c.run(t, "get", "configmap", "dns-extra-configs", "--namespace=kube-system", "--output=jsonpath={.data}"); !strings.Contains(out, "forward . 192.0.2.53") {
			t.Errorf("%s stores %s", tool.upgrade, out)
		}
	}
}

var (
	malformed = strings.NewReplacer()
	corrected = strings.NewReplacer("forwrad", "forward", "192.0.2.256", "192.0.2.54")
)

// apply runs a line for the manifests, and returns what it prints as the page shows it.
func (c cluster) apply(t *testing.T, line, namespace, version string, text *strings.Replacer) (string, error) {
	t.Helper()
	source, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	manifests := strings.NewReplacer(": shop\n", ": "+namespace+"\n", `version: "1"`, "version: "+`"`+version+`"`).Replace(text.Replace(string(source)))
	dir := t.TempDir()
	for name, text := range map[string]string{
		"shop.yaml": manifests, "shop/templates/shop.yaml": manifests, "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	line = strings.Replace(line, " shop ", " "+namespace+" ", 1) // the release
	out, err := c.shell(t.Context(), dir, manifests, line)
	return strings.ReplaceAll(temporary.ReplaceAllString(out, "/dev/shm/…"), namespace, "shop"), err
}

// labelled returns the other objects of a version.
func (c cluster) labelled(t *testing.T, namespace, version string) []string {
	t.Helper()
	return strings.Fields(strings.ReplaceAll(c.run(t, "get", "namespace,serviceaccount,service,configmap",
		"--all-namespaces", "--output=name", "--selector=app="+namespace+",version="+version), namespace, "shop"))
}
