package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"corewarden/corefile/release"
)

// deployment is CoreDNS's, with the tag of its image and the folder of the bundle.
func deployment(tag, folder string) string {
	return strings.NewReplacer("TAG", tag, "FOLDER", folder).Replace(`apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  template:
    spec:
      containers:
      - image: coredns:TAG
        args: [-conf, /etc/coredns/Corefile]
        volumeMounts:
        - {name: base, mountPath: /etc/coredns}
        - {name: extra, mountPath: FOLDER}
      volumes:
      - {name: base, configMap: {name: coredns}}
      - {name: extra, configMap: {name: dns-extra-configs}}
`)
}

// corefileOf is a ConfigMap with one Corefile.
func corefileOf(name string, lines ...string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: kube-system}\ndata:\n  Corefile: |\n    " + strings.Join(lines, "\n    ") + "\n"
}

const importing = "import extra-configs/*Corefile"

// TestAServerThatTheManifestsLack is not judged for, unless the command line asks for it.
func TestAServerThatTheManifestsLack(t *testing.T) {
	t.Parallel()
	const left = "corefile: checking for Deployment coredns of the manifests, not for node-local-dns: they have no workload of it. To check for it, write --node-local-dns VERSION\n"
	manifests := corefileOf("dns-extra-configs", "a.example {", " acl", "}") + "---\n" + // which node-cache lacks
		corefileOf("coredns", importing, ".:53 {", "}") + "---\n" + deployment("v1.15.0", "/etc/coredns/extra-configs")
	nodeLocal := strings.NewReplacer("Deployment", "DaemonSet", "name: coredns,", "name: node-local-dns,", "coredns:v1.15.0", "k8s-dns-node-cache:1.26.7").Replace(deployment("v1.15.0", "/etc/coredns/extra-configs"))
	for _, test := range []struct {
		name, args, manifests string
		code                  int
		says                  string
	}{
		{"nothing of it", "", manifests, 0, left},
		{"its DaemonSet", "", manifests + "---\n" + nodeLocal, 1, "unavailable-plugin; stops node-local-dns"},
		{"its release", "--node-local-dns 1.26.7", manifests, 1, "unavailable-plugin; stops node-local-dns"},
		{"no workload at all", "", corefileOf("dns-extra-configs", "a.example {", " acl", "}"), 1, "unavailable-plugin; stops node-local-dns"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			args := append([]string{"check"}, strings.Fields(test.args)...)
			if code := run(append(args, "-"), strings.NewReader(test.manifests), &out, &out); code != test.code || !strings.Contains(out.String(), test.says) {
				t.Errorf("exit code %d, want %d; prints\n%s\nwant %q", code, test.code, &out, test.says)
			}
			if test.says != left && strings.Contains(out.String(), "not for node-local-dns") {
				t.Errorf("prints\n%s", &out)
			}
		})
	}
}

func TestManifestsJudgeEachOther(t *testing.T) {
	t.Parallel()
	bundle := corefileOf("dns-extra-configs", "a.example {", " forward . 10.0.0.1 {", "  max_age 1m", " }", "}")
	served := corefileOf("coredns", importing, "a.example {", "}")
	free := corefileOf("coredns", importing, ".:53 {", "}")
	stream := func(documents ...string) string { return strings.Join(documents, "---\n") }
	for _, test := range []struct {
		name, args, stdin string
		files             map[string]string
		code              int
		want              []string // parts of what is printed; nothing is where there are none
	}{
		{name: "the release of the image", stdin: stream(bundle, free, deployment("v1.13.1", "/etc/coredns/extra-configs")), code: 1, want: []string{"max_age", "stops CoreDNS 1.13.1)"}},
		{name: "a release that has it", stdin: stream(bundle, free, deployment("v1.15.0", "/etc/coredns/extra-configs"))},
		{name: "the release of a flag, which counts more", args: "--coredns 1.15.0", stdin: stream(bundle, free, deployment("v1.13.1", "/etc/coredns/extra-configs"))},
		{name: "no release to be told", stdin: stream(bundle, free, deployment("latest", "/etc/coredns/extra-configs")), want: []string{`warning: image "coredns:latest" names no version: checked as CoreDNS ` + release.NewestCoreDNS}},
		{name: "a zone of the server's own Corefile", stdin: stream(served, bundle, deployment("v1.15.0", "/etc/coredns/extra-configs")), code: 1, want: []string{"in ConfigMap coredns, key Corefile"}},
		{name: "a mount that nothing imports", stdin: stream(served, bundle, deployment("v1.15.0", "/etc/coredns/custom")), want: []string{`"import /etc/coredns/custom/*Corefile" (not-loaded)`}},
		{name: "a List", stdin: "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(served), "\n", "\n  ") + "\n- " + strings.ReplaceAll(strings.TrimSpace(bundle), "\n", "\n  ") + "\n- " + strings.ReplaceAll(strings.TrimSpace(deployment("v1.15.0", "/etc/coredns/extra-configs")), "\n", "\n  ") + "\n", code: 1, want: []string{"zone-already-served"}},
		{name: "the ConfigMap beside it", stdin: stream(bundle, corefileOf("coredns-extra-configs", "a.example {", "}")), code: 1, want: []string{`served on line 1 of "coredns-extra-configs/Corefile"`, `served on line 1 of "dns-extra-configs/Corefile"`}},
		{name: "an address of the cluster's DNS", stdin: stream(strings.ReplaceAll(bundle, "10.0.0.1", "10.96.0.10"), free, deployment("v1.15.0", "/etc/coredns/extra-configs"), "apiVersion: v1\nkind: Service\nmetadata: {name: kube-dns, namespace: kube-system}\nspec: {clusterIP: 10.96.0.10}\n"), want: []string{"forwarding-loop"}},
		{
			name: "a Corefile of the server's own by another name", code: 1, want: []string{"in ConfigMap coredns, key dns.conf"},
			stdin: stream(bundle, strings.ReplaceAll(served, "  Corefile:", "  dns.conf:"), strings.ReplaceAll(deployment("v1.15.0", "/etc/coredns/extra-configs"), "coredns/Corefile", "coredns/dns.conf")),
		},
		{name: "a server that is left out", args: "--coredns none", stdin: stream(served, bundle, deployment("v1.15.0", "/etc/coredns/extra-configs"))},
		{name: "another namespace", stdin: stream(bundle, strings.ReplaceAll(served, "kube-system", "dns"), strings.ReplaceAll(deployment("v1.13.1", "/etc/coredns/extra-configs"), "kube-system", "dns"))},
		{name: "a patch of the Deployment", stdin: stream(bundle, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: coredns, namespace: kube-system}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: coredns, image: coredns:1.13.1}\n")},

		{
			name: "a repository of several clusters", args: "FOLDER",
			files: map[string]string{
				"prod/dns/extra.yaml": bundle, "prod/base.yaml": stream(free, deployment("v1.15.0", "/etc/coredns/extra-configs")),
				"test/dns/extra.yaml": bundle, "test/base.yaml": stream(served, deployment("v1.15.0", "/etc/coredns/extra-configs")),
			},
			code: 1, want: []string{"test/dns/extra.yaml:6:5: Corefile:1:1: error: \"a.example\" on port 53 is already served in ConfigMap coredns, key Corefile"},
		},

		{name: "a base by itself", args: "--base coredns=FOLDER/base FOLDER/Corefile", files: map[string]string{"base": "import extra-configs/*Corefile\nb.example {\n}\n", "Corefile": "b.example {\n}\n"}, code: 1, want: []string{"Corefile:1:1: error", "already served in FOLDER/base"}},
		{name: "a base of node-local-dns with placeholders", args: "--base node-local-dns=FOLDER/base FOLDER/my.Corefile", files: map[string]string{"base": importing + "\n.:53 {\n bind __PILLAR__LOCAL__DNS__\n forward . __PILLAR__UPSTREAM__SERVERS__\n}\n", "my.Corefile": "b.example {\n}\n"}, want: []string{"this block listens on every address of the node", `a copy with "bind 169.254.20.10" to node-local-dns-extra-configs (missing-bind)`}},
		{name: "a base that counts more than a manifest", args: "--base coredns=FOLDER/base -", files: map[string]string{"base": importing + "\n"}, stdin: stream(served, bundle, deployment("v1.15.0", "/etc/coredns/extra-configs"))},
		{name: "a base of no server", args: "--base dns=FOLDER/base -", code: 2, want: []string{"write coredns=FILE or node-local-dns=FILE"}},
		{name: "a base that is not there", args: "--base coredns=FOLDER/base -", code: 2, want: []string{"no such file"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, content := range test.files {
				path := filepath.Join(folder, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			args := strings.Fields(strings.ReplaceAll(test.args, "FOLDER", folder))
			if !strings.Contains(test.args, "node-local-dns") {
				args = append([]string{"--node-local-dns", "none"}, args...)
			}
			if len(test.files) == 0 {
				args = append(args, "-")
			}
			var out bytes.Buffer
			code := run(append([]string{"check"}, args...), strings.NewReader(test.stdin), &out, &out)
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			for _, want := range test.want {
				if want = strings.ReplaceAll(want, "FOLDER", folder); !strings.Contains(out.String(), want) {
					t.Errorf("prints\n%s\nwant %q", &out, want)
				}
			}
			if len(test.want) == 0 && out.Len() > 0 {
				t.Errorf("prints\n%s\nwant nothing", &out)
			}
		})
	}
}
