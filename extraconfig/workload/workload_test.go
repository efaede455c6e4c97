package workload_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"corewarden/extraconfig/workload"
)

// nodeLocalDNS is the DaemonSet of a MetaKube-like cluster.
func nodeLocalDNS(t *testing.T) workload.Workload {
	t.Helper()
	manifests, err := os.ReadFile("../../e2e/metakube/manifests/node-local-dns.yaml")
	if err != nil {
		t.Fatal(err)
	}
	documents := strings.Split(string(manifests), "\n---\n")
	return fromYAML(t, documents[len(documents)-1])
}

// fromYAML decodes a manifest as its reader does: by the names of Kubernetes' fields.
func fromYAML(t *testing.T, text string) workload.Workload {
	t.Helper()
	var object struct {
		Kind     string
		Metadata struct{ Name string }
		Spec     struct {
			Template struct{ Spec workload.Pod }
		}
	}
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		t.Fatal(err)
	}
	return workload.New(object.Kind, object.Metadata.Name, object.Spec.Template.Spec)
}

// pod decodes a pod template's spec.
func pod(t *testing.T, text string) workload.Workload {
	t.Helper()
	var p workload.Pod
	if err := yaml.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	return workload.New("Deployment", "coredns", p)
}

func TestAPodIsReadFromYAMLAndJSONAlike(t *testing.T) {
	t.Parallel()
	const asYAML = `
hostNetwork: true
containers:
- name: a
  image: coredns:1.15.0
  command: [/coredns]
  args: [-conf, /etc/coredns/Corefile]
  workingDir: /srv
  volumeMounts:
  - {name: v, mountPath: /etc/coredns, subPath: x, subPathExpr: y}
volumes:
- name: v
  configMap: {name: coredns, optional: true, items: [{key: Corefile, path: Corefile.base}]}
- name: p
  projected: {sources: [{secret: {name: s}}, {configMap: {name: dns-extra-configs}}]}
- name: s
  secret: {secretName: s}
`
	var generic any
	if err := yaml.Unmarshal([]byte(asYAML), &generic); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(generic)
	if err != nil {
		t.Fatal(err)
	}
	var fromJSON, want workload.Pod
	if err := json.Unmarshal(asJSON, &fromJSON); err != nil {
		t.Fatal(err)
	}
	want = workload.Pod{
		HostNetwork: true,
		Containers: []workload.Container{{
			Name: "a", Image: "coredns:1.15.0", Command: []string{"/coredns"}, Args: []string{"-conf", "/etc/coredns/Corefile"}, WorkingDir: "/srv",
			VolumeMounts: []workload.VolumeMount{{Name: "v", MountPath: "/etc/coredns", SubPath: "x", SubPathExpr: "y"}},
		}},
		Volumes: []workload.Volume{
			{Name: "v", ConfigMap: &workload.ConfigMapSource{Name: "coredns", Optional: true, Items: []workload.KeyToPath{{Key: "Corefile", Path: "Corefile.base"}}}},
			{Name: "p", Projected: &workload.Projected{Sources: []workload.Source{{}, {ConfigMap: &workload.ConfigMapSource{Name: "dns-extra-configs"}}}}},
			{Name: "s"},
		},
	}
	if got := pod(t, asYAML).Pod(); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(fromJSON, want) {
		t.Errorf("from YAML %+v\nfrom JSON %+v\nwant %+v", got, fromJSON, want)
	}
}

func TestTheCommandLineTellsTheCorefile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, container, conf, source string
	}{
		{"as Kubernetes installs CoreDNS", `{image: coredns:1.15.0, args: [-conf, /etc/coredns/Corefile]}`, "/etc/coredns/Corefile", "/etc/coredns/Corefile"},
		{"with an equals sign", `{image: coredns:1.15.0, args: [--conf=/etc/c/../dns/Corefile]}`, "/etc/dns/Corefile", "/etc/dns/Corefile"},
		{"in the command", `{image: coredns:1.15.0, command: [/coredns, -conf, /a], args: [-quiet]}`, "/a", "/a"},
		{"without a flag", `{image: coredns:1.15.0}`, "/Corefile", "/Corefile"},
		{"in another folder", `{image: coredns:1.15.0, workingDir: /srv, args: [-conf, dns/Corefile]}`, "/srv/dns/Corefile", "/srv/dns/Corefile"},
		{"a flag without its value", `{image: coredns:1.15.0, args: [-conf]}`, "/Corefile", "/Corefile"},
		{"as Kubernetes installs node-cache", `{image: k8s-dns-node-cache:1.26.7, args: [-localip, 169.254.20.10, -conf, /etc/Corefile]}`, "/etc/Corefile", "/etc/coredns/Corefile.base"},
		{"node-cache with a template elsewhere", `{image: k8s-dns-node-cache:1.26.7, args: [-conf, /etc/Corefile, -basecorefile, /a/b]}`, "/etc/Corefile", "/a/b"},
		{"an image of another name", `{image: mirror/dns:1.26.7, args: [-localip, 169.254.20.10, -conf, /etc/Corefile]}`, "/etc/Corefile", "/etc/coredns/Corefile.base"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			conf, source := pod(t, "containers: ["+test.container+"]").Corefile()
			if conf != test.conf || source != test.source {
				t.Errorf("Corefile %s from %s, want %s from %s", conf, source, test.conf, test.source)
			}
		})
	}
}

func TestAVolumeMayRequireTheConfigMap(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		volume string
		want   bool
	}{
		{"{configMap: {name: dns-extra-configs}}", true},
		{"{configMap: {name: dns-extra-configs, optional: false}}", true},
		{"{configMap: {name: dns-extra-configs, optional: true}}", false},
		{"{configMap: {name: coredns}}", false},
		{"{projected: {sources: [{configMap: {name: dns-extra-configs, optional: true}}, {configMap: {name: dns-extra-configs}}]}}", true},
		{"{projected: {sources: [{configMap: {name: dns-extra-configs, items: [{key: a, path: b}]}}]}}", true},
		{"{configMap: {name: dns-extra-configs, items: [{key: a, path: b}]}}", true},
		{"{configMap: {name: dns-extra-configs, optional: true, items: [{key: a, path: b}]}}", false},
		{"{projected: {sources: [{secret: {name: dns-extra-configs}}]}}", false},
		{"{emptyDir: {}}", false},
	} {
		if got := pod(t, "volumes: [{name: other, emptyDir: {}}, "+test.volume+"]").Requires("dns-extra-configs"); got != test.want {
			t.Errorf("%s: required is %v, want %v", test.volume, got, test.want)
		}
		if got, want := pod(t, "volumes: ["+test.volume+"]").RequiresKeys("dns-extra-configs"), test.want && strings.Contains(test.volume, "items"); got != want {
			t.Errorf("%s: keys are required: %v, want %v", test.volume, got, want)
		}
	}
}

func TestTheServerIsFoundAmongTheContainers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, containers, want string }{
		{"beside a sidecar", `[{image: proxy:1.0.0, args: [-conf, /x]}, {image: coredns:1.13.1}]`, "CoreDNS 1.13.1"},
		{"by its arguments, where no image tells", `[{image: proxy:1.0.0}, {image: dns:1.13.1, args: [-conf, /x]}]`, "CoreDNS 1.13.1"},
		{"node-cache by its arguments", `[{image: dns:1.26.5, args: [-conf, /x, -localip, 169.254.20.10]}]`, "node-cache 1.26.5"},
		{"no image", `[{name: coredns}]`, ""},
		{"no container", `[]`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, ok := pod(t, "containers: "+test.containers).Release()
			if r.Name != test.want || ok != (test.want != "") {
				t.Errorf("release %q (%v), want %q", r.Name, ok, test.want)
			}
		})
	}
}

// mounted is a pod with a volume of each kind.
const mounted = `
containers:
- image: coredns:1.15.0
  volumeMounts:
  - {name: base, mountPath: /etc/coredns}
  - {name: extra, mountPath: /etc/coredns/extra/}
  - {name: extra, mountPath: /one/file.conf, subPath: a.Corefile}
  - {name: items, mountPath: /items}
  - {name: items, mountPath: /sub, subPath: deep}
  - {name: union, mountPath: /union}
  - {name: secret, mountPath: /secret}
  - {name: extra, mountPath: /expr, subPathExpr: $(POD)}
volumes:
- {name: base, configMap: {name: coredns}}
- {name: extra, configMap: {name: extra}}
- {name: items, configMap: {name: items, items: [{key: a, path: deep/b}, {key: a, path: c}]}}
- name: union
  projected:
    sources:
    - {configMap: {name: one, items: [{key: x, path: x.Corefile}]}}
    - {configMap: {name: two}}
    - {secret: {name: s}}
- {name: secret, secret: {secretName: s}}
`

func TestVolumesTellWhereAKeyIs(t *testing.T) {
	t.Parallel()
	w := pod(t, mounted).Volumes()
	for _, test := range []struct {
		name, configMap, key string
		want                 []string
	}{
		{"a key", "coredns", "Corefile", []string{"/etc/coredns/Corefile"}},
		{"a key that another mount hides", "coredns", "extra", nil},
		{"a key in a folder and as a single file", "extra", "a.Corefile", []string{"/etc/coredns/extra/a.Corefile", "/one/file.conf"}},
		{"a key beside that of a single file", "extra", "b", []string{"/etc/coredns/extra/b"}},
		{"a key with paths of its own", "items", "a", []string{"/items/deep/b", "/items/c", "/sub/b"}},
		{"a key that is not among the items", "items", "b", nil},
		{"a key of a projected volume", "two", "y", []string{"/union/y"}},
		{"a ConfigMap that is not mounted", "other", "a", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := w.Paths(test.configMap, test.key)
			if !slices.Equal(got, test.want) {
				t.Errorf("paths = %v, want %v", got, test.want)
			}
			for _, file := range got {
				if configMap, key, found := w.Source(file); !found || configMap != test.configMap || key != test.key {
					t.Errorf("the source of %s is %s of %q (%v)", file, key, configMap, found)
				}
			}
		})
	}
}

func TestVolumesTellWhatAPathIs(t *testing.T) {
	t.Parallel()
	w := pod(t, mounted).Volumes()
	for _, test := range []struct {
		file, configMap, key string
		opaque               bool
	}{
		{file: "/etc/coredns/../coredns/Corefile", configMap: "coredns", key: "Corefile"},
		{file: "/union/x.Corefile", configMap: "one", key: "x", opaque: true}, // the other source may have it too; that with items counts
		{file: "/etc/coredns/a/b"},
		{file: "/items/a"},
		{file: "/secret/tls.crt", opaque: true},
		{file: "/expr", opaque: true},
		{file: "/etc/ssl/cert.pem"},
		{file: "/secrets"},
	} {
		configMap, key, _ := w.Source(test.file)
		if configMap != test.configMap || key != test.key || w.Opaque(test.file) != test.opaque {
			t.Errorf("%s is key %q of %q, opaque %v; want %q of %q, %v", test.file, key, configMap, w.Opaque(test.file), test.key, test.configMap, test.opaque)
		}
	}
	if got, want := w.ConfigMaps(), []string{"coredns", "extra", "items", "one", "two"}; !slices.Equal(got, want) {
		t.Errorf("ConfigMaps %v, want %v", got, want)
	}
	if got, want := w.Folders(), []workload.Folder{
		{Path: "/etc/coredns", ConfigMaps: []string{"coredns"}},
		{Path: "/etc/coredns/extra", ConfigMaps: []string{"extra"}},
		{Path: "/items", ConfigMaps: []string{"items"}},
	}; !reflect.DeepEqual(got, want) {
		t.Errorf("folders %v, want %v", got, want)
	}
}

func TestNodeCacheReplacesItsPlaceholders(t *testing.T) {
	t.Parallel()
	w := nodeLocalDNS(t)
	for _, test := range []struct {
		name, text, want, upstream string
		files                      map[string]string
	}{
		{name: "the addresses to listen on", text: "bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__\n", want: "bind 169.254.20.10 \n"},
		{name: "the cluster's DNS", text: "forward . __PILLAR__CLUSTER__DNS__\n", upstream: "10.240.16.11", want: "forward . 10.240.16.11\n"},
		{name: "the cluster's DNS, whose address is not known", text: "forward . __PILLAR__CLUSTER__DNS__\n", want: "forward . 192.0.2.53\n"},
		{name: "the servers of the node", text: "forward . __PILLAR__UPSTREAM__SERVERS__\n", want: "forward . /etc/resolv.conf\n"},
		{name: "no other placeholder", text: "__PILLAR__DNS__DOMAIN__:53 {\n", want: "__PILLAR__DNS__DOMAIN__:53 {\n"},
		{
			name: "servers of kube-dns, which are asked over UDP", text: ".:53 {\n    forward . __PILLAR__UPSTREAM__SERVERS__ {\n            force_tcp\n    }\n}\n",
			files: map[string]string{"/etc/kube-dns/upstreamNameservers": `["10.0.0.1", "10.0.0.2:5353"]`},
			want:  ".:53 {\n    forward . 10.0.0.1 10.0.0.2:5353\n}\n",
		},
		{
			name: "stub domains of kube-dns", text: "",
			files: map[string]string{"/etc/kube-dns/stubDomains": `{"b.example": ["10.0.0.2"], "a.example": ["10.0.0.1", "10.0.0.3"]}`},
			want: "\na.example:53 {\n    errors\n    cache 30\n    bind 169.254.20.10\n    forward . 10.0.0.1 10.0.0.3\n}\n" +
				"\nb.example:53 {\n    errors\n    cache 30\n    bind 169.254.20.10\n    forward . 10.0.0.2\n}\n",
		},
		{name: "stub domains that node-cache refuses", text: "", files: map[string]string{"/etc/kube-dns/stubDomains": `{"a.example": ["dns.example"]}`}},
		{name: "stub domains that are no JSON", text: "", files: map[string]string{"/etc/kube-dns/stubDomains": `a.example`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := w.Render(test.text, test.upstream, func(file string) (string, bool) {
				text, found := test.files[file]
				return text, found
			})
			if got != test.want {
				t.Errorf("node-cache writes\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestCoreDNSTakesItsCorefileAsItIs(t *testing.T) {
	t.Parallel()
	const text = "bind __PILLAR__LOCAL__DNS__\n"
	w := pod(t, "containers: [{image: coredns:1.15.0}]")
	if got := w.Render(text, "", nil); got != text || w.UpstreamService() != "" || len(w.LocalAddresses()) > 0 {
		t.Errorf("CoreDNS reads %q, with upstream %q and addresses %v", got, w.UpstreamService(), w.LocalAddresses())
	}
}

func TestNodeCacheSaysWhatItListensOnAndAsks(t *testing.T) {
	t.Parallel()
	w := nodeLocalDNS(t)
	if got, want := w.LocalAddresses(), []string{"169.254.20.10"}; !slices.Equal(got, want) {
		t.Errorf("addresses %v, want %v", got, want)
	}
	if got := w.UpstreamService(); got != "kube-dns-upstream" {
		t.Errorf("upstream Service %q", got)
	}
	conf, source := w.Corefile()
	if configMap, key, found := w.Volumes().Source(source); conf != "/etc/Corefile" || configMap != "node-local-dns" || key != "Corefile" || !found {
		t.Errorf("%s comes from %s: key %q of %q", conf, source, key, configMap)
	}
	if !w.HostNetwork() || w.String() != "DaemonSet node-local-dns" || w.Port() != "" {
		t.Errorf("host network %v, %s, port %q", w.HostNetwork(), w, w.Port())
	}
}
