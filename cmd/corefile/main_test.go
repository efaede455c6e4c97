package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"corewarden/corefile/release"
)

// withNewest returns a text in which the newest releases of the pages are those of today, but
// for a release that the arguments name.
func withNewest(text, args string) string {
	for _, r := range []struct{ server, shown, newest string }{
		{"CoreDNS ", "1.15.0", release.NewestCoreDNS},
		{"node-cache ", "1.26.7", release.NewestNodeCache},
	} {
		if !strings.Contains(args, r.shown) {
			text = strings.ReplaceAll(text, r.server+r.shown, r.server+r.newest)
		}
	}
	return text
}

// TestTranscripts runs every `$ corefile …` and `$ go run ./cmd/corefile …` of the documentation, and compares what it
// prints with what stands there. The pages show the releases that were the newest when they
// were written.
func TestTranscripts(t *testing.T) {
	t.Chdir("../..")
	ran := 0
	for _, page := range []string{"README.md", "docs/cli.md", "docs/gitops.md", "docs/trace.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split(string(text), "```console\n")[1:] {
			block, _, _ = strings.Cut(block, "```")
			for _, transcript := range strings.Split("\n"+block, "\n$ ")[1:] {
				command, want, _ := strings.Cut(transcript, "\n")
				args, found := strings.CutPrefix(strings.Replace(command, "go run ./cmd/corefile", "corefile", 1), "corefile ")
				if !found {
					continue
				}
				ran++
				want = withNewest(want, args)
				var out bytes.Buffer
				run(strings.Fields(args), strings.NewReader(""), &out, &out)
				if got := out.String(); strings.TrimSpace(got) != strings.TrimSpace(want) {
					t.Errorf("%s: $ corefile %s\nprints\n%s\nnot\n%s", page, args, got, want)
				}
			}
		}
	}
	if ran < 4 {
		t.Errorf("found only %d transcripts", ran)
	}
}

// generated is a kustomization that makes the ConfigMap of a file.
func generated(options string) string {
	return "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nconfigMapGenerator:\n- name: dns-extra-configs\n  files: [Corefile]\n" + options
}

const (
	goodManifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs, namespace: kube-system}\ndata:\n  Corefile: |\n    example.org {\n        whoami\n    }\n"
	badManifest  = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n  Corefile: |\n    example.org {\n        whoamy\n    }\n"
	otherObject  = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata:\n  Corefile: nonsense {{{\n"
	bad          = "example.org {\n\twhoamy\n}\n"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		args  string // FOLDER stands for the folder with the files
		files map[string]string
		stdin string
		code  int
		want  string // part of what is printed; "" for nothing at all
	}{
		{name: "a Corefile", args: "FOLDER/x", files: map[string]string{"x": bad}, code: 1, want: "x:2:2: error: unknown plugin"},
		{name: "tabs keep the caret in place", args: "FOLDER/x", files: map[string]string{"x": bad}, code: 1, want: "\n  \twhoamy\n  \t^^^^^^\n"},
		{name: "a clean Corefile", args: "FOLDER/x", files: map[string]string{"x": "example.org {\n whoami\n}\n"}},
		{name: "warnings alone are no failure", args: "FOLDER/x", files: map[string]string{"x": "example.org {\n cache 30s\n}\n"}, want: "warning:"},
		{name: "a manifest", args: "FOLDER/x.yaml", files: map[string]string{"x.yaml": badManifest}, code: 1, want: "x.yaml:7:9: Corefile:2:5: error:"},
		{name: "a manifest by its text alone", args: "FOLDER/x", files: map[string]string{"x": badManifest}, code: 1, want: "x:7:9: Corefile:2:5: error:"},
		{name: "several documents", args: "-", stdin: goodManifest + "---\n" + otherObject + "---\n# nothing\n---\n" + badManifest, code: 1, want: "-:24:9: Corefile:2:5: error:"},
		{name: "other objects are passed over", args: "-", stdin: otherObject, want: "corefile: nothing was checked: there is no Corefile, and no ConfigMap dns-extra-configs, coredns-extra-configs, node-local-dns-extra-configs of kube-system\n"},
		{name: "another namespace is passed over", args: "-", stdin: strings.Replace(badManifest, "configs}", "configs, namespace: default}", 1), want: "nothing was checked"},
		{name: "a name with a typo", args: "-", stdin: strings.Replace(badManifest, "configs}", "confgis}", 1), want: `-:1:1: warning: no server loads ConfigMap "dns-extra-confgis". Did you mean "dns-extra-configs"? (not-loaded)`},
		{name: "a name with a hash", args: "-", stdin: strings.Replace(badManifest, "configs}", "configs-7b9f4hk2dm}", 1), want: `Its name ends in a hash of kustomize: write "disableNameSuffixHash: true" in the options of its generator, so that it is "dns-extra-configs" (not-loaded)`},
		{name: "a copy that Corewarden made", args: "-", stdin: strings.Replace(badManifest, "configs}", "configs-v1-0123456789abcdef}", 1), want: "nothing was checked"},
		{name: "a name with a typo that holds no Corefile", args: "-", stdin: strings.NewReplacer("configs}", "confgis}", "Corefile:", "README:").Replace(badManifest), want: "nothing was checked"},
		{name: "a generator that adds a hash", args: "FOLDER/kustomization.yaml", files: map[string]string{"kustomization.yaml": generated("")}, want: `kustomization.yaml:4:9: warning: kustomize adds a hash to the name, so this becomes another ConfigMap than the one that servers load: write "disableNameSuffixHash: true" in the options of its generator, so that it is "dns-extra-configs" (not-loaded)`},
		{name: "a generator that adds none", args: "FOLDER/kustomization.yaml", files: map[string]string{"kustomization.yaml": generated("  options: {disableNameSuffixHash: true}\n")}, want: "nothing was checked"},
		{name: "generators that add none", args: "FOLDER/kustomization.yaml", files: map[string]string{"kustomization.yaml": generated("generatorOptions: {disableNameSuffixHash: true}\n")}, want: "nothing was checked"},
		{name: "a generator for another namespace", args: "FOLDER/kustomization.yaml", files: map[string]string{"kustomization.yaml": generated("namespace: dns\n")}, want: "nothing was checked"},
		{name: "a List in JSON", args: "-", stdin: `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dns-extra-configs"},"data":{"Corefile":"x {"}}]}`, code: 1, want: "error:"},
		{name: "binaryData", args: "-", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\nbinaryData:\n  Corefile: ZXhhbXBsZS5vcmcgewogd2hvYW15Cn0K\n", code: 1, want: "Corefile:2:2: error:"},
		{name: "binaryData that is not base64", args: "-", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\nbinaryData:\n  Corefile: '!'\n", code: 2, want: "binaryData[Corefile] of ConfigMap dns-extra-configs is not base64"},
		{name: "a value that is no string", args: "-", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n  Corefile: [1]\n", code: 2, want: "corefile: -: data of ConfigMap dns-extra-configs: line 5: cannot unmarshal !!seq into string\n"},
		{name: "a value that is a number", args: "-", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n  a: b\n  port: 53\n", code: 2, want: "data[port] of ConfigMap dns-extra-configs is not a string. Write 53 in quotes"},
		{name: "a value that is a boolean", args: "-", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n  debug: true\n", code: 2, want: "data[debug] of ConfigMap dns-extra-configs is not a string. Write true in quotes"},
		{name: "a key twice", args: "-", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n  a: b\n  a: c\n", code: 2, want: `data of ConfigMap dns-extra-configs: line 6: mapping key "a" already defined at line 5`},
		{name: "a field twice", args: "-", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n  a: b\ndata:\n  a: c\n", code: 2, want: `ConfigMap dns-extra-configs: line 6: mapping key "data" already defined at line 4`},
		{name: "an empty ConfigMap", args: "-", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\n"},
		{name: "only CoreDNS loads coredns-extra-configs", args: "-", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns-extra-configs}\ndata:\n  Corefile: |\n    example.org {\n      any\n    }\n"},
		{name: "a wrong key name is a warning", args: "-", stdin: strings.Replace(goodManifest, "  Corefile:", "  example.org:", 1), want: "warning: key \"example.org\" renamed to"},
		{name: "or an error, as the policy has it", args: "--key-policy Reject -", stdin: strings.Replace(goodManifest, "  Corefile:", "  example.org:", 1), code: 1, want: "-:5:3: example.org: error: CoreDNS loads only keys ending in \"Corefile\". Rename it to \"example.org.Corefile\" (key-name)"},
		{name: "an unknown policy", args: "--key-policy wrong -", code: 2, want: "\"wrong\" is not a key policy. Write Normalise or Reject"},
		{name: "problems name the key as written", args: "-", stdin: strings.Replace(badManifest, "  Corefile:", "  example.org:", 1), code: 1, want: "-:7:9: example.org:2:5: error:"},
		{name: "a folder", args: "FOLDER", files: map[string]string{"a/Corefile": bad, "b.yaml": badManifest, "README": bad, ".git/Corefile": bad}, code: 1, want: "b.yaml:7:9: Corefile:2:5"},
		{name: "a template of a chart in a folder", args: "FOLDER", files: map[string]string{"t.yaml": "{{ if }}\n a: {{\n"}, want: "passed over"},
		{name: "a manifest in a folder that is YAML and wrong", args: "FOLDER", files: map[string]string{"a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n  Corefile: [1]\n", "b.yaml": badManifest}, code: 2, want: "b.yaml:7:9: Corefile:2:5: error:"},
		{name: "a broken manifest that was named", args: "FOLDER/t.yaml", files: map[string]string{"t.yaml": "a: [\n"}, code: 2, want: "t.yaml: yaml: line"},
		{name: "a missing file", args: "FOLDER/missing", code: 2, want: "no such file"},
		{name: "a missing file does not hide the rest", args: "FOLDER/missing FOLDER/x", files: map[string]string{"x": bad}, code: 2, want: "unknown plugin"},
		{name: "no file", args: "", code: 2, want: "nothing to check"},
		{name: "a release that is not known", args: "--coredns 9.9.9 -", want: "corefile: warning: CoreDNS 9.9.9 is not known: checked as " + release.NewestCoreDNS + ", the newest known release\n"},
		{name: "problems name the release that is judged", args: "--coredns v1.8.0 --node-local-dns none -", stdin: bad, code: 1, want: "stops CoreDNS 1.11.3)"},
		{name: "the tag of an image", args: "--coredns v1.11.4-eksbuild.2 -", stdin: "example.org {\n whoami\n}\n"},
		{name: "what is no release", args: "--coredns latest -", code: 2, want: "-coredns: \"latest\" is not a version of CoreDNS. Write three numbers, such as 1.15.0"},
		{name: "an unknown format", args: "--output xml -", code: 2, want: "Write text, json, github, sarif, gitlab or junit"},
		{name: "a server left out", args: "--node-local-dns none -", stdin: "example.org {\n any\n}\n"},
		{name: "an older release", args: "--coredns 1.13.1 --node-local-dns none -", stdin: "example.org {\n cache {\n  serve_stale\n  serve_stale_policy prefer_positive\n }\n}\n", code: 1, want: "CoreDNS 1.13.1"},
		{name: "a file twice counts once", args: "--output json FOLDER FOLDER/x.yaml FOLDER/./x.yaml", files: map[string]string{"x.yaml": goodManifest}, want: "[]"},
		{name: "a pattern", args: "FOLDER/**/*.yaml", files: map[string]string{"a/b/c.yaml": badManifest, "d.txt": bad}, code: 1, want: "a/b/c.yaml:7:9:"},
		{name: "a pattern for a part of a name", args: "FOLDER/[a-c]*/x?.yaml", files: map[string]string{"ab/x1.yaml": badManifest, "d/x2.yaml": badManifest}, code: 1, want: "ab/x1.yaml:7:9:"},
		{name: "a file whose name looks like a pattern", args: "FOLDER/[x]", files: map[string]string{"[x]": bad}, code: 1, want: "[x]:2:2:"},
		{name: "a pattern that matches nothing", args: "FOLDER/*.yaml", code: 2, want: "no file matches "},
		{name: "a pattern that is wrong", args: "FOLDER/[", code: 2, want: "syntax error in pattern"},
		{name: "a name for standard input", args: "--stdin-name prod/x.yaml -", stdin: badManifest, code: 1, want: "prod/x.yaml:7:9: Corefile:2:5: error:"},
		{name: "a name that says what standard input is", args: "--stdin-name x.yaml -", stdin: "a: [", code: 2, want: "x.yaml: yaml: line"},
		{name: "fail on a warning", args: "--fail-on warning -", stdin: "example.org {\n cache 30s\n}\n", code: 1, want: "warning:"},
		{name: "fail on what is no severity", args: "--fail-on info -", code: 2, want: "Write error or warning"},
		{name: "colours", args: "--color always -", stdin: bad, code: 1, want: "\x1b[1m-:2:2\x1b[0m: \x1b[1;31merror\x1b[0m: unknown plugin"},
		{name: "no colours where nobody looks", args: "-", stdin: bad, code: 1, want: "-:2:2: error: unknown plugin"},
		{name: "an unknown way to colour", args: "--color red -", code: 2, want: "Write auto, always or never"},
		{name: "JSON", args: "--output json -", stdin: bad, code: 1, want: `"suggestion": "whoami"`},
		{name: "JSON when clean", args: "--output json -", want: "[]\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, content := range tt.files {
				path := filepath.Join(folder, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			args := append([]string{"check"}, strings.Fields(strings.ReplaceAll(tt.args, "FOLDER", folder))...)
			var out bytes.Buffer
			code := run(args, strings.NewReader(tt.stdin), &out, &out)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if !strings.Contains(out.String(), tt.want) || tt.want == "" && out.Len() > 0 {
				t.Errorf("prints\n%s\nwant %q", &out, tt.want)
			}
		})
	}
}

func TestNotesOnReleasesStayOutOfTheJSON(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	run([]string{"check", "--output", "json", "--coredns", "1.8.0", "-"}, strings.NewReader(""), &stdout, &stderr)
	if want := "corefile: warning: CoreDNS 1.8.0 is not known: checked as 1.11.3, the oldest known release\n"; stdout.String() != "[]\n" || stderr.String() != want {
		t.Errorf("prints %q and on standard error %q, want %q and %q", &stdout, &stderr, "[]\n", want)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"rules":                "unknown-plugin ",
		"rules unknown-plugin": "forwrad",
		"rules unknwon-plugin": `did you mean "unknown-plugin"?`,
		"rule":                 `unknown command "rule"; did you mean "rules"?`,
		"lint":                 `unknown command "lint". The commands are check, `,
		"--help":               "Check Corefiles and manifests",
		"":                     "corefile: name a command",
		"--version":            "corefile devel (revision ",
	} {
		var out bytes.Buffer
		run(strings.Fields(args), strings.NewReader(""), &out, &out)
		if !strings.Contains(out.String(), want) {
			t.Errorf("corefile %s prints\n%s\nwant %q", args, &out, want)
		}
	}
}

// TestLinksNoKubernetesClient keeps the program small and quick to start.
func TestLinksNoKubernetesClient(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dependency := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(dependency, "k8s.io/") || strings.HasPrefix(dependency, "sigs.k8s.io/") {
			t.Errorf("it links %s", dependency)
		}
	}
}
