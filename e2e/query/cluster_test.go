package query

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	file "corewarden/corefile"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
	"corewarden/e2e/servers"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// TestRealClustersAgree compares what becomes of queries in clusters: node-cache on a node and
// CoreDNS in a pod, each with an own Corefile as providers have it, a ConfigMap for itself and one
// for both.
func TestRealClustersAgree(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	api := startAPI(t)
	nodes, pods := bases(t, "node", "node-local-dns"), bases(t, "coredns", "metakube", "kubeadm", "own-zones", "import-last", "import-inside")
	for _, pair := range clusters() {
		t.Run(pair.node.Name+" and "+pair.pod.Name, func(t *testing.T) {
			w := newWorld(t, pair, api)
			random := rand.New(rand.NewPCG(*seed, 2))
			var c counts
			for i := range max(1, *pairs/2/perConfiguration) {
				w.compare(t, &c, random, nodes[i%len(nodes)], pods[random.IntN(len(pods))])
			}
			c.check(t)
		})
	}
}

// A pair is the servers of a cluster.
type pair struct{ node, pod servers.Server }

// clusters returns the pairs to compare: those that are chosen, each with the newest one of the other
// kind, or the newest.
func clusters() []pair {
	all := servers.All()
	find := func(part parts.Part) servers.Server {
		return all[slices.IndexFunc(all, func(s servers.Server) bool { return s.Part == part })]
	}
	newest := pair{find(parts.NodeCache1267), find(parts.CoreDNS1150)}
	if *some == "" {
		return []pair{newest}
	}
	var chosen []pair
	for _, s := range all {
		p := newest
		if strings.HasPrefix(s.Name, "node-cache") {
			p.node = s
		} else {
			p.pod = s
		}
		same := func(other pair) bool { return other.node.Part == p.node.Part && other.pod.Part == p.pod.Part }
		if regexp.MustCompile(*some).MatchString(s.Name) && !slices.ContainsFunc(chosen, same) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}

// A base is a server's own Corefile with the names of the keys that it imports.
type base struct {
	name, text string
	// inside are names of keys whose text is imported into a server block, and outside those of
	// keys with blocks.
	inside, outside []string
	port            string
	local           []string // the addresses of node-local-dns
}

var imports = regexp.MustCompile(`(?m)^(\s*)import (?:/etc/coredns/|\./)?extra-configs/(\S+)$`)

// bases reads those of a folder, and some of those that starts are compared with.
func bases(t *testing.T, folder string, others ...string) []base {
	t.Helper()
	names, err := fs.Glob(os.DirFS("bases"), folder+"/*.Corefile")
	if err != nil || len(names) == 0 {
		t.Fatal("there are no bases", err)
	}
	for i := range names {
		names[i] = "bases/" + names[i]
	}
	for _, name := range others {
		names = append(names, "../conformance/bases/"+name+".Corefile")
	}
	var all []base
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b := base{name: path.Base(name), text: string(text), port: "53", local: []string{dnsserver.LinkLocal}}
		if strings.Contains(b.text, secondIP) {
			b.local = append(b.local, secondIP)
		}
		for _, port := range []string{"8053", "5353"} {
			if strings.Contains(b.text, "\n.:"+port) {
				b.port = port
			}
		}
		for _, m := range imports.FindAllStringSubmatch(b.text, -1) {
			key := strings.Replace(m[2], "*", "a", 1)
			if m[1] != "" {
				b.inside = append(b.inside, key)
			} else {
				b.outside = append(b.outside, key)
			}
		}
		all = append(all, b)
	}
	return all
}

// keys generates what a server has to import.
func (b base) keys(random *rand.Rand, r release.Release, in place) map[string]string {
	in.port, in.apart = b.port, true
	keys := map[string]string{}
	for _, key := range b.outside {
		keys[key] = corefile(random, r, in)
	}
	for _, key := range b.inside {
		keys[key] = directives(random, r, 6)
	}
	return keys
}

// compare asks a cluster some questions, of a configuration that is accepted.
func (w *world) compare(t *testing.T, c *counts, random *rand.Rand, node, pod base) {
	t.Helper()
	k, found := w.accepted(random, node, pod)
	if !found {
		t.Fatalf("nothing generated is accepted in %s and %s", node.name, pod.name)
	}
	system, err := k.DNS()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range system {
		known := s.File
		s.File = func(path string) (string, bool) {
			if text, found := known(path); found {
				return text, true
			}
			return machineFile(path)
		}
	}
	i := slices.IndexFunc(system, func(s *query.Server) bool { return s.Name == "node-local-dns" })
	front, behind := system[i], system[1-i]
	w.podPort = pod.port
	text, stop := w.start(t, k, node, pod)
	defer stop()
	for _, q := range clusterQuestions(random, perConfiguration) {
		address := node.local[random.IntN(len(node.local))]
		result := system.AskAt(front, address, "53", q)
		if random.IntN(3) == 0 {
			result, address = system.Ask(behind, q), clusterDNS
		}
		c.hold(t, &w.realServer, result, address, text, true)
		if inCircles(result) { // what is left of it would be taken for what follows
			return
		}
	}
}

// inCircles reports whether a query may go in circles.
func inCircles(r query.Result) bool {
	loops := func(e query.End) bool { return e.Outcome == query.Loop }
	return loops(r.End) || slices.ContainsFunc(r.Cases, loops)
}

// accepted generates a cluster that all servers start on.
func (w *world) accepted(random *rand.Rand, node, pod base) (extraconfig.Cluster, bool) {
	for range 200 {
		onNode, inPod := place{bind: []string{dnsserver.LinkLocal, strings.Join(node.local, " "), ""}[random.IntN(3)]}, place{}
		if random.IntN(3) == 0 {
			onNode.forward = []string{clusterDNS, upstreamIP, "tcp://" + clusterDNS}[random.IntN(2)]
		}
		if random.IntN(6) == 0 && pod.port == "53" {
			inPod.forward = clusterDNS
		}
		own := map[string]map[string]string{
			extraconfig.NodeLocalDNSName: node.keys(random, w.nodeCache, onNode),
			extraconfig.CoreDNSName:      pod.keys(random, w.coreDNS, inPod),
			extraconfig.Name:             {},
			"node":                       {"Corefile": node.text},
			"pod":                        {"Corefile": pod.text, "NodeHosts": "192.0.2.62 only.c.test x.a.test\n"},
		}
		if random.IntN(3) == 0 {
			own[extraconfig.Name]["server-bothCorefile"] = corefile(random, w.nodeCache, place{port: pod.port, apart: true})
		}
		k := w.cluster(own, node.local)
		if _, err := k.DNS(); err != nil {
			continue
		}
		if !slices.ContainsFunc(extraconfig.Bundles(), func(name string) bool {
			return slices.ContainsFunc(k.Check(name, k.ConfigMaps[name]), func(p file.Problem) bool { return p.Severity == file.Error || p.Rule == "forwarding-loop" })
		}) {
			return k, true
		}
	}
	return extraconfig.Cluster{}, false
}

// cluster returns one with ConfigMaps.
func (w *world) cluster(keys map[string]map[string]string, local []string) extraconfig.Cluster {
	k := extraconfig.Cluster{
		Servers:    []extraconfig.Server{{Workload: "coredns", Release: w.coreDNS, Fixed: true}, {Workload: "node-local-dns", Release: w.nodeCache, Fixed: true}},
		ConfigMaps: map[string]extraconfig.ConfigMap{},
		Services:   map[string]string{"kube-dns": clusterDNS, "kube-dns-upstream": upstreamIP},
	}
	for name, data := range keys {
		k.ConfigMaps[name] = extraconfig.ConfigMap{Data: data}
	}
	pod := func(base, file, image, bundle string, args ...string) workload.Pod {
		return workload.Pod{
			Containers: []workload.Container{{Image: image, Args: append([]string{"-conf", "/etc/coredns/Corefile"}, args...), VolumeMounts: []workload.VolumeMount{
				{Name: "base", MountPath: "/etc/coredns"}, {Name: "bundles", MountPath: "/etc/coredns/extra-configs"},
			}}},
			Volumes: []workload.Volume{
				{Name: "base", ConfigMap: &workload.ConfigMapSource{Name: base, Items: []workload.KeyToPath{{Key: "Corefile", Path: file}, {Key: "NodeHosts", Path: "NodeHosts"}}, Optional: true}},
				{Name: "bundles", Projected: &workload.Projected{Sources: []workload.Source{
					{ConfigMap: &workload.ConfigMapSource{Name: extraconfig.Name}}, {ConfigMap: &workload.ConfigMapSource{Name: bundle}},
				}}},
			},
		}
	}
	onNode := pod("node", "Corefile.base", "k8s-dns-node-cache:1.26.7", extraconfig.NodeLocalDNSName, "-localip", strings.Join(local, ","), "-upstreamsvc", "kube-dns-upstream")
	onNode.HostNetwork = true
	k.Workloads = []workload.Workload{
		workload.New("Deployment", "coredns", pod("pod", "Corefile", "coredns:1.15.0", extraconfig.CoreDNSName)),
		workload.New("DaemonSet", "node-local-dns", onNode),
	}
	return k
}

// clusterNames are asked for in clusters, too.
var clusterNames = []string{
	"web.default.svc.cluster.local.", "kubernetes.default.svc.cluster.local.", "nope.default.svc.cluster.local.", "cluster.local.", "www.a.test.cluster.local.",
	"1-2-3-4.default.pod.cluster.local.", "www.c.test.a.test.", "y.x.web.b.a.test.", "host.c.test.", "health-check.test.", "example.org.", "x.example.net.",
	"hostname.bind.", "corp.example.", "www.nx.c.test.",
}

// clusterQuestions generates some for clusters.
func clusterQuestions(random *rand.Rand, count int) []query.Question {
	all := questions(random, count)
	for i := range all {
		if random.IntN(8) == 0 {
			all[i].Name = clusterNames[random.IntN(len(clusterNames))]
		}
	}
	return all
}
