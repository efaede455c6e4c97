package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/explain"
	"corewarden/corefile/release"
	"corewarden/docs"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// TestEveryRuleIsExplained compares the page with the constants named Rule… in the source.
func TestEveryRuleIsExplained(t *testing.T) {
	t.Parallel()
	var explained []string
	for _, rule := range docs.Rules() {
		explained = append(explained, rule.ID)
		if rule.Summary == "" {
			t.Errorf("rule %s has no text", rule.ID)
		}
	}
	if !slices.IsSorted(explained) {
		t.Error("the rules are not in alphabetical order")
	}
	declared := slices.Concat(rulesIn(t, "../corefile"), rulesIn(t, "../extraconfig"))
	slices.Sort(declared)
	if declared = slices.Compact(declared); !slices.Equal(explained, declared) {
		t.Errorf("rules.md explains\n%s\nand the source declares\n%s", explained, declared)
	}
}

// rulesIn returns the values of the constants named Rule… below a folder.
func rulesIn(t *testing.T, folder string) []string {
	t.Helper()
	var rules []string
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Rule") {
				return true
			}
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				value, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				rules = append(rules, value)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// TestPageOfPluginsIsMade of the tables.
func TestPageOfPluginsIsMade(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("plugins.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != explain.Page() {
		t.Error(`plugins.md differs from what the tables say. Run "go generate ./docs"`)
	}
}

// TestEveryExampleShowsItsRule judges the Corefiles on the page.
func TestEveryExampleShowsItsRule(t *testing.T) {
	t.Parallel()
	for _, rule := range docs.Rules() {
		_, rest, found := strings.Cut(rule.Text, "```corefile\n")
		if !found {
			continue
		}
		example, _, _ := strings.Cut(rest, "```")
		t.Run(rule.ID, func(t *testing.T) {
			t.Parallel()
			bundle := extraconfig.ConfigMap{Data: map[string]string{"Corefile": example}}
			problems := append(extraconfig.Cluster{Servers: servers(t)}.Check(extraconfig.Name, bundle), cluster().Check(extraconfig.Name, bundle)...)
			at := slices.IndexFunc(problems, func(p corefile.Problem) bool { return p.Rule == rule.ID })
			if at < 0 {
				t.Fatalf("the example yields %v", problems)
			}
			if says := strings.ToLower(rule.Summary); !strings.HasPrefix(says, string(problems[at].Severity)) {
				t.Errorf("the page does not start with %q: %s", problems[at].Severity, rule.Summary)
			}
		})
	}
}

func servers(t *testing.T) []extraconfig.Server {
	t.Helper()
	coreDNS, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	nodeCache, err := release.NodeCache("1.26.7")
	if err != nil {
		t.Fatal(err)
	}
	return []extraconfig.Server{{Workload: "coredns", Release: coreDNS}, {Workload: "node-local-dns", Release: nodeCache}}
}

// cluster returns one with the DNS of the examples: CoreDNS behind 10.240.16.10, and
// node-local-dns on 169.254.20.10.
func cluster() extraconfig.Cluster {
	server := func(kind, name, image, corefile string, args ...string) workload.Workload {
		return workload.New(kind, name, workload.Pod{
			HostNetwork: kind == "DaemonSet",
			Containers: []workload.Container{{Image: image, Args: args, VolumeMounts: []workload.VolumeMount{
				{Name: "base", MountPath: "/etc/coredns"}, {Name: "extra", MountPath: "/etc/coredns/extra-configs"},
			}}},
			Volumes: []workload.Volume{
				{Name: "base", ConfigMap: &workload.ConfigMapSource{Name: name, Items: []workload.KeyToPath{{Key: "Corefile", Path: corefile}}}},
				{Name: "extra", ConfigMap: &workload.ConfigMapSource{Name: extraconfig.Name}},
			},
		})
	}
	const imports = "import /etc/coredns/extra-configs/*Corefile\n"
	return extraconfig.Cluster{
		Workloads: []workload.Workload{
			server("Deployment", "coredns", "coredns:v1.15.0", "Corefile", "-conf", "/etc/coredns/Corefile"),
			server("DaemonSet", "node-local-dns", "k8s-dns-node-cache:1.26.7", "Corefile.base", "-conf", "/etc/Corefile", "-localip", "169.254.20.10"),
		},
		ConfigMaps: map[string]extraconfig.ConfigMap{
			"coredns":        {Data: map[string]string{"Corefile": imports + ".:53 {\n health\n}\n"}},
			"node-local-dns": {Data: map[string]string{"Corefile": imports + ".:53 {\n bind __PILLAR__LOCAL__DNS__\n}\n"}},
		},
		Services: map[string]string{"kube-dns": "10.240.16.10"},
	}
}
