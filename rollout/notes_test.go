package rollout

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus/testutil"
	appsv1 "k8s.io/api/apps/v1"

	"corewarden/corefile"
	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

func TestInvalidContentIsReportedOnce(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(typo), coredns(), nodeLocalDNS())
	c.settle()
	c.wantPatches(0)
	if len(c.events.events) != 1 {
		t.Fatalf("events are %q, want one", c.events.events)
	}
	const start = "Warning InvalidContent on dns-extra-configs: not rolled out: Corefile:2:5: unknown-plugin: "
	if got := c.events.events[0]; !strings.HasPrefix(got, start) {
		t.Errorf("event is\n%q\nwant it to start with\n%q", got, start)
	}
	if got := testutil.ToFloat64(c.controller.reporter.measures.invalidContent); got != 1 {
		t.Errorf("corewarden_invalid_content is %v, want 1", got)
	}
	c.forgetEvents()

	c.settle()
	c.write(typo + "# the same problem\n")
	c.settle()
	c.wantEvents()

	c.write(example)
	c.settle()
	if got := testutil.ToFloat64(c.controller.reporter.measures.invalidContent); got != 0 {
		t.Errorf("corewarden_invalid_content is %v after the fix, want 0", got)
	}
	c.forgetEvents()

	c.write(typo)
	c.settle()
	if len(c.events.events) != 1 {
		t.Errorf("events are %q when the content is invalid once more, want one", c.events.events)
	}
}

// What `kubectl describe configmap` shows, in order.
func TestEventsTellTheStory(t *testing.T) {
	t.Parallel()
	renamed := configMap("")
	renamed.Data = map[string]string{"example.org.Corefile": example}
	renamed.Annotations = map[string]string{extraconfig.RenamedKeysAnnotation: `{"example.org.Corefile":"example.org"}`}
	stampedBefore := coredns()
	stampedBefore.Spec.Template.Annotations = map[string]string{"corewarden.io/config-hash": hashOf(other)}
	c := newFakeCluster(t, renamed, stampedBefore, nodeLocalDNS())
	c.finish()
	hash, before := short(hashOf(example)), short(hashOf(other))
	// Of a workload is told on the ConfigMap and on the workload, in the same words.
	both := func(reason, workload, note string) []string {
		return []string{
			"Normal " + reason + " on dns-extra-configs (with " + workload + "): " + note,
			"Normal " + reason + " on " + workload + " (with dns-extra-configs): " + note,
		}
	}
	const changed = "kube-system/dns-extra-configs changed: stamped "
	c.wantEvents(slices.Concat(
		[]string{
			`Normal KeysRenamed on dns-extra-configs: key "example.org" renamed to "example.org.Corefile"`,
			"Normal Validated on dns-extra-configs: " + hash + " is valid for CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)",
		},
		both("RolloutStarted", "coredns", changed+"Deployment coredns with "+hash+" (was "+before+")"),
		both("RolloutStageComplete", "coredns", "Deployment coredns runs "+hash+", and its new pods stayed up for 30s; it took 32s"),
		both("CanaryStarted", "node-local-dns", "DaemonSet node-local-dns: pod node-local-dns-3 on node node-0 is replaced first, to try "+hash+"; the others follow once the new pod has stayed up for 30s"),
		both("RolloutStarted", "node-local-dns", changed+"DaemonSet node-local-dns with "+hash+" (was unstamped)"),
		both("RolloutStageComplete", "node-local-dns", "DaemonSet node-local-dns runs "+hash+", and its new pods stayed up for 30s; it took 34s"),
		[]string{"Normal RolloutComplete on dns-extra-configs: " + hash + " is rolled out; it took 1m37s"},
	)...)

	c.delete(configMap(""))
	c.settle()
	c.wantEvents("Normal RolloutStarted on coredns: kube-system/dns-extra-configs was deleted: stamped Deployment coredns with " +
		short(extraconfig.EmptyHash) + " (was " + hash + "); what changed: asked of coredns, example.org. and *.example.org. now get " +
		"what depends on the own Corefile of coredns, which is not known (was the answer of 192.0.2.1)")
}

// What changed is told where the leader has seen the content before, and so is who loads it whatever
// the stage.
func TestEventsTellWhatChanged(t *testing.T) {
	t.Parallel()
	c := staged(t)
	c.known = &extraconfig.Cluster{Servers: servers(t), Corefiles: map[string]corefile.File{"coredns": {Name: "base", Text: ".:53 {\n reload\n forward . 192.0.2.9\n}\nimport extra-configs/*Corefile\n"}}}
	c.settle()
	c.pods.crash = map[string]bool{"coredns " + other: true}
	c.write(other)
	c.run(time.Minute)
	events := strings.Join(c.events.events, "\n")
	for _, want := range []string{
		"; what changed: asked of coredns, example.com. and *.example.com. now get the answer of 192.0.2.2 (was the answer of the upstream), 2 more names; the pods of coredns load it within",
		"plugin/forward: s3cr3t; the pods of coredns load what is stored within 2m8s, restarted or not, by the plugin reload. Fix the ConfigMap",
	} {
		if !strings.Contains(events, want) {
			t.Errorf("no event says\n%s\n:%s", want, events)
		}
	}

	c.startController()
	c.write(fixed)
	c.settle()
	if events := strings.Join(c.events.events, "\n"); !strings.Contains(events, "RolloutStarted") || strings.Contains(events, "what changed") {
		t.Errorf("a new leader, which does not know the content before, says\n%s", events)
	}
}

func TestEventsTellOfStandstill(t *testing.T) {
	t.Parallel()
	paused := coredns()
	paused.Spec.Paused = true
	c := newFakeCluster(t, configMap(example), paused, nodeLocalDNS())
	c.finish()
	c.wantPatches(1)
	const why = "it is paused, so its pods are replaced when it is resumed"
	events := strings.Join(c.events.events, "\n")
	for _, want := range []string{
		"Normal RolloutStarted on coredns (with dns-extra-configs): kube-system/dns-extra-configs changed: stamped Deployment coredns with " + short(hashOf(example)) + " (was unstamped); " + why,
		"Warning RolloutHeld on dns-extra-configs (with node-local-dns): DaemonSet node-local-dns is held, not rolled out for " + short(hashOf(example)) + ": Deployment coredns is held: " + why,
	} {
		if !strings.Contains(events, want) {
			t.Errorf("no event says\n%s\n:%s", want, events)
		}
	}
	c.load(paused, "coredns")
	paused.Spec.Paused = false
	c.update(paused)
	c.finish()
	c.wantPatches(1)
	c.wantStamps(hashOf(example), hashOf(example))
}

func TestOnDeleteDaemonSetIsStampedOnly(t *testing.T) {
	t.Parallel()
	onDelete := nodeLocalDNS()
	onDelete.Spec.UpdateStrategy.Type = appsv1.OnDeleteDaemonSetStrategyType
	c := newFakeCluster(t, configMap(example), coredns(), onDelete)
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(example), hashOf(example))
	const want = "Warning RolloutHeld on node-local-dns (with dns-extra-configs): the rollout of DaemonSet node-local-dns for "
	if events := strings.Join(c.events.events, "\n"); !strings.Contains(events, want) || !strings.Contains(events, "its update strategy is OnDelete") {
		t.Errorf("no event says %q:\n%s", want, events)
	}
}

// The API server refuses an event whose note is longer than 1024 bytes.
func TestHeldNoteFitsEvent(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("€", 1000)
	const staging = "; the pods of coredns and node-local-dns load what is stored within 2m8s, restarted or not, by the plugin reload"
	for _, reason := range plan.Reasons() {
		for _, step := range []plan.Step{plan.Nothing, plan.GoBack} {
			v := plan.Verdict{Phase: plan.Held, Reason: reason, Why: long, Quote: long, Step: step}
			note := heldNote(&stage{kind: "DaemonSet", name: "node-local-dns", goal: plan.Goal{Hash: hashOf(example)}, verdict: v}, hashOf(other), staging)
			if note += onlyObserved; len(note) > 1024 || !utf8.ValidString(note) {
				t.Errorf("%s: note of %d bytes, valid UTF-8: %v, want at most 1024", reason, len(note), utf8.ValidString(note))
			}
		}
	}
}

func TestInvalidNoteFitsEvent(t *testing.T) {
	t.Parallel()
	for name, message := range map[string]string{
		"long token":   strings.Repeat("x", 1<<20),
		"cut in rune":  "x" + strings.Repeat("€", 1000),
		"broken UTF-8": "\xff\xfe",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			note := invalidNote([]corefile.Problem{
				{Rule: "unknown-plugin", File: strings.Repeat("k", 253), Line: 1 << 20, Column: 1 << 20, Message: message},
				{},
			})
			if len(note) > 1024 || !utf8.ValidString(note) {
				t.Errorf("note of %d bytes, valid UTF-8: %v, want at most 1024: %.60q", len(note), utf8.ValidString(note), note)
			}
			if !strings.HasSuffix(note, " (and 1 more)") {
				t.Errorf("note does not say that there is one more: %q", note)
			}
		})
	}
}
