package rollout

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus/testutil"
	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

func TestInvalidContentIsReportedOnce(t *testing.T) {
	t.Parallel()
	c := newCluster(t, configMap(invalid), coredns(), nodeLocalDNS())
	c.settle()
	c.wantPatches(0)
	if len(c.events.events) != 1 {
		t.Fatalf("events are %q, want one", c.events.events)
	}
	const start = "Warning InvalidContent on dns-extra-configs: not rolled out: Corefile:2:5: unknown-plugin: "
	if got := c.events.events[0]; !strings.HasPrefix(got, start) {
		t.Errorf("event is\n%q\nwant it to start with\n%q", got, start)
	}
	if got := testutil.ToFloat64(c.controller.measures.invalidContent); got != 1 {
		t.Errorf("corewarden_invalid_content is %v, want 1", got)
	}
	c.forgetEvents()

	c.settle()
	c.write(invalid + "# the same problem\n")
	c.settle()
	c.wantEvents()

	c.write(example)
	c.settle()
	if got := testutil.ToFloat64(c.controller.measures.invalidContent); got != 0 {
		t.Errorf("corewarden_invalid_content is %v after the mend, want 0", got)
	}
	c.forgetEvents()

	c.write(invalid)
	c.settle()
	if len(c.events.events) != 1 {
		t.Errorf("events are %q when the content is invalid once more, want one", c.events.events)
	}
}

func TestEventsTellOfStamp(t *testing.T) {
	t.Parallel()
	paused, onDelete, stampedBefore := coredns(), nodeLocalDNS(), coredns()
	paused.Spec.Paused = true
	onDelete.Spec.UpdateStrategy.Type = appsv1.OnDeleteDaemonSetStrategyType
	stampedBefore.Spec.Template.Annotations = map[string]string{"corewarden.io/config-hash": hashOf(other)}
	hash, before := short(hashOf(example)), short(hashOf(other))
	// A stamp is told on the ConfigMap and on the workload, in the same words.
	both := func(workload, note string) []string {
		return []string{
			"Normal RolloutStarted on dns-extra-configs (with " + workload + "): " + note,
			"Normal RolloutStarted on " + workload + " (with dns-extra-configs): " + note,
		}
	}
	const onDeployment = "kube-system/dns-extra-configs changed: stamped Deployment coredns with "
	const onDaemonSet = "kube-system/dns-extra-configs changed: stamped DaemonSet node-local-dns with "

	for name, tc := range map[string]struct {
		objects []client.Object
		want    []string
	}{
		"of both workloads": {
			[]client.Object{configMap(example), coredns(), nodeLocalDNS()},
			slices.Concat(
				both("coredns", onDeployment+hash+" (was unstamped)"),
				both("node-local-dns", onDaemonSet+hash+" (was unstamped)")),
		},
		"and of the one before": {
			[]client.Object{configMap(example), stampedBefore},
			both("coredns", onDeployment+hash+" (was "+before+")"),
		},
		"on the workload alone when the ConfigMap is gone": {
			[]client.Object{stampedBefore},
			[]string{"Normal RolloutStarted on coredns: kube-system/dns-extra-configs was deleted: stamped Deployment coredns with " +
				short(extraconfig.EmptyHash) + " (was " + before + ")"},
		},
		"on a paused Deployment": {
			[]client.Object{configMap(example), paused},
			both("coredns", onDeployment+hash+" (was unstamped); it is paused, so its pods are replaced when it is resumed"),
		},
		"on an OnDelete DaemonSet": {
			[]client.Object{configMap(example), onDelete},
			both("node-local-dns", onDaemonSet+hash+" (was unstamped); its update strategy is OnDelete, so each pod is replaced when it is deleted"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, tc.objects...)
			c.settle()
			c.wantEvents(tc.want...)
		})
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
