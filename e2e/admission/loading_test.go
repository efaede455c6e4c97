package admission_test

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
)

// TestWhatIsLoadedIsJudged changes the workloads and their Corefiles on a real cluster, and
// reads what then becomes of a write.
func TestWhatIsLoadedIsJudged(t *testing.T) {
	t.Parallel()
	i := &installation{harness.NewInstallation(t)}
	harness.Step(t, "the releases are those of the images", i.judgesByImage)
	harness.Step(t, "the bases are those of the ConfigMaps", i.judgesByBase)
	harness.Step(t, "what is wrong with a base is no reason to refuse", i.forgivesTheBase)
	harness.Step(t, "a server loads what it mounts", i.judgesByMount)
	harness.Step(t, "node-cache fills in its Corefile", i.judgesByPlaceholder)
	harness.Step(t, "and adds the stub domains of kube-dns", i.judgesByKubeDNS)
	harness.Step(t, "an absent workload counts as the usual one", i.judgesWithoutWorkload)
	harness.Step(t, "what starts but hurts is warned of", i.warnsOfDangers)
	harness.Step(t, "a change beside what is stored is warned of", i.warnsOfChanges)
}

// A try is a Corefile, and what has to be said when it is applied in a dry run.
type try struct {
	name, corefile string
	own            bool   // it is for CoreDNS alone, in a ConfigMap of its own
	refused        string // in the refusal; "" where it is accepted
	warned         string // in a warning; "" where there is none
}

const (
	ownCoreDNS = "ConfigMap coredns, key Corefile"
	// twoCases is one zone to CoreDNS since 1.14.7, and two before.
	twoCases = "shop.example {\n    whoami\n}\nShop.example {\n    whoami\n}\n"
)

// tries makes tries until all come out as they should: the webhook follows the cluster by
// watches, a moment later.
func (i *installation) tries(t *testing.T, tries ...try) {
	t.Helper()
	for _, try := range tries {
		t.Run(try.name, func(t *testing.T) {
			harness.Eventually(t, "the answer", func() error {
				cm := harness.Manifest(t, try.corefile)
				if try.own {
					cm = harness.CoreDNSAlone(t, try.corefile)
				}
				out, err := i.KubectlInput(t.Context(), cm, "apply", "--dry-run=server", "--filename=-")
				switch refused := err != nil; {
				case refused != (try.refused != ""), refused && !strings.Contains(err.Error(), try.refused):
					return fmt.Errorf("refused = %v, want %q:\n%s", refused, try.refused, out)
				case !refused && try.warned == "" && strings.Contains(strings.Join(harness.WithoutUsual(strings.Split(out, "\n")), "\n"), "Warning"), !strings.Contains(out, try.warned):
					return fmt.Errorf("want the warning %q:\n%s", try.warned, out)
				}
				return nil
			})
		})
	}
}

func (i *installation) judgesByImage(t *testing.T) {
	i.tries(t, try{name: "the newest", corefile: twoCases, refused: `stops CoreDNS 1.15.0)`})
	i.SetImage(t, "deployment/coredns", "mirror.example:5000/coredns/coredns:v1.12.2-eksbuild.4")
	i.tries(t, try{name: "an older one", corefile: twoCases, warned: "before CoreDNS 1.14.7 a zone with capital letters matches none"})
	i.SetImage(t, "deployment/coredns", "mirror.example:5000/coredns/coredns:v1.13.1@sha256:"+strings.Repeat("a", 64))
	i.tries(t, try{name: "with a digest", corefile: "shop.example {\n    acl\n    siit\n}\n", refused: `CoreDNS 1.13.1 has no plugin "siit"`})
	i.SetImage(t, "deployment/coredns", "mirror.example/coredns:mine")
	i.tries(t, try{name: "one that tells nothing", corefile: twoCases, refused: "stops CoreDNS 1.15.0)"})
	i.tries(t, try{name: "and says so", corefile: "shop.example {\n    whoami\n}\n", warned: "(unknown-release"})
	i.SetImage(t, "deployment/coredns", "registry.k8s.io/coredns/coredns:v1.15.0")
	i.tries(t, try{name: "each server has its own", corefile: "shop.example {\n    acl\n}\n", refused: `node-cache 1.26.7 has no plugin "acl". It has bind, bufsize`})
}

// patchBase replaces texts in the Corefile that a server starts on, and returns what kubectl
// says of that.
func (i *installation) patchBase(t *testing.T, name string, oldnew ...string) string {
	t.Helper()
	base, err := i.API.CoreV1().ConfigMaps("kube-system").Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	base.Data["Corefile"] = strings.NewReplacer(oldnew...).Replace(base.Data["Corefile"])
	return i.RunInput(t, harness.Encode(t, *base), "replace", "--filename=-")
}

func (i *installation) judgesByBase(t *testing.T) {
	i.tries(
		t,
		try{name: "the root zone is CoreDNS's", corefile: ".:53 {\n    whoami\n}\n", refused: `".:53" on port 53 is already served in ` + ownCoreDNS},
		try{name: "on node-local-dns on an address", corefile: "cluster.local {\n    whoami\n}\n", refused: "(zone-overlap; stops node-local-dns (node-cache 1.26.7))"},
		try{name: "a brace that stays open into the base", corefile: "shop.example {\n    whoami\n", refused: "data[Corefile]: line 1, column 14: "},
		try{name: "a lone zone", corefile: "shop.example\n", refused: "(zone-without-block; "},
		try{name: "a comma that joins the base's zone", corefile: "shop.example,\n", warned: "(trailing-comma)"},
	)
	i.patchBase(t, "coredns", ".:53 {", "(common) {\n    errors\n}\nwarehouse.example {\n    whoami\n}\n.:53 {")
	i.tries(
		t,
		try{name: "a zone that the base comes to serve", corefile: "warehouse.example {\n    whoami\n}\n", refused: `"warehouse.example" on port 53 is already served in ` + ownCoreDNS},
		try{name: "a snippet that the base declares", corefile: "(common) {\n    errors\n}\n", refused: `snippet "(common)" is already declared`},
	)
	i.patchBase(t, "coredns", "import /etc/coredns/extra-configs/*Corefile\n", "", "    ready\n", "    ready\n    import extra-configs/*Corefile\n")
	i.tries(
		t,
		try{name: "imported inside of a server block", corefile: "shop.example {\n    whoami\n}\n", refused: `unknown plugin "shop.example"`},
		try{name: "a plugin that may stand once in it", corefile: "cache 30\n", refused: "stops CoreDNS 1.15.0)"},
	)
	i.patchBase(t, "coredns", "    import extra-configs/*Corefile\n", "", ".:53 {", "import extra-configs/*Corefile\n.:53 {")
	i.tries(t, try{name: "a relative pattern", corefile: "shop.example {\n    whoami\n}\n"})
	i.patchBase(t, "coredns", "extra-configs/*Corefile", "extra-configs/shop*Corefile")
	i.tries(t, try{name: "a pattern that does not match the key", corefile: "shop.example {\n    whoami\n}\n", warned: "(not-loaded"})
	i.patchBase(t, "coredns", "extra-configs/shop*Corefile", "extra-configs/*Corefile")
}

func (i *installation) forgivesTheBase(t *testing.T) {
	const good = "shop.example {\n    whoami\n}\n"
	i.patchBase(t, "coredns", "    ready\n", "    redy\n")
	i.tries(t, try{name: "a broken one", corefile: good, warned: "(broken-base"},
		try{name: "what is wrong with the ConfigMap still is", corefile: harness.Typo, refused: harness.TypoProblem})
	i.patchBase(t, "coredns", "    redy\n", "    ready\n", "import extra-configs/*Corefile\n", "")
	i.tries(t, try{name: "one that imports nothing", corefile: good, warned: "(not-loaded"})
	i.Run(t, "delete", "configmap", "coredns", "--namespace=kube-system")
	i.tries(t, try{name: "none at all", corefile: good, warned: "(missing-base"})
}

func (i *installation) judgesByMount(t *testing.T) {
	i.restore(t, "deployment/coredns")
	const good = "shop.example {\n    whoami\n}\n"
	i.Mount(t, "deployment/coredns", "projected", `{"sources": [
		{"configMap": {"name": "dns-extra-configs", "optional": true}}, {"configMap": {"name": "coredns-extra-configs", "optional": true}}]}`)
	i.RunInput(t, harness.CoreDNSAlone(t, "warehouse.example {\n    acl\n}\n"), "apply", "--filename=-")
	i.patchBase(t, "coredns", "import ", "(common) {\n    errors\n}\nimport ")
	const forSome = "shop.example {\n    view some {\n        expr type() == 'A'\n    }\n    whoami\n}\n"
	i.tries(
		t,
		try{name: "the union of two ConfigMaps", corefile: "warehouse.example {\n    whoami\n}\n", refused: `is already served on line 1 of "coredns-extra-configs/own.Corefile"`},
		try{name: "which node-local-dns loads only one of", corefile: good},
		try{name: "a plugin that only CoreDNS has", corefile: "shop.example {\n    acl\n    whoami\n}\n", own: true},
		try{name: "a snippet of the base", corefile: "shop.example {\n    import common\n    whoami\n}\n", own: true},
		try{name: "a zone twice, once for some queries only", corefile: forSome + good, own: true},
		try{name: "a zone twice for all queries", corefile: good + good, own: true, refused: `is already served by "shop.example" on line 1`},
	)
	i.Mount(t, "deployment/coredns", "emptyDir", "{}")
	i.tries(t, try{name: "nothing of it", corefile: good, warned: "Deployment coredns does not mount this ConfigMap"})
	i.Run(t, "delete", "configmap", "coredns-extra-configs", "--namespace=kube-system")
	i.restore(t, "deployment/coredns")
	i.tries(t, try{name: "all of it", corefile: good})
}

// restore makes a workload, and what it loads, what it is in the manifests again, whatever
// became of it.
func (i *installation) restore(t *testing.T, workload string) {
	t.Helper()
	original, err := metakube.Manifests()
	if err != nil {
		t.Fatal(err)
	}
	i.Run(t, "delete", workload, "--namespace=kube-system", "--ignore-not-found")
	i.RunInput(t, original, "apply", "--server-side", "--force-conflicts", "--field-manager=metakube", "--filename=-")
}

func (i *installation) warnsOfDangers(t *testing.T) {
	block := func(zone, plugins string) string { return zone + " {\n    " + plugins + "\n}\n" }
	i.tries(
		t,
		try{name: "a zone of the cluster's domain", corefile: block("shop.svc.cluster.local", "whoami"), warned: "(shadowed-zone"},
		try{name: "the reverse zone of its Services", corefile: block("10.240.16.0/24", "whoami"), warned: "(shadowed-zone"},
		try{name: "queries that go to the cluster's DNS", corefile: block("shop.example", "forward . 10.240.16.10"), warned: "(forwarding-loop"},
		try{name: "no bind where node-local-dns has one", corefile: block("shop.example", "whoami"), warned: "(missing-bind"},
		try{name: "a bind that only node-local-dns can have", corefile: block("shop.example", "bind 169.254.20.10\n    whoami"), refused: "(bind-elsewhere"},
		try{name: "the address of the base's health", corefile: block("shop.example", "health"), warned: "(shared-endpoint"},
		try{name: "debug, which is for the whole server", corefile: block("shop.example", "debug\n    whoami"), warned: "(logs-everything"},
		try{name: "a file that no volume provides", corefile: block("shop.example", "hosts /etc/coredns/extra-configs/names"), warned: "(missing-file"},
	)
}
