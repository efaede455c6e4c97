package rollout

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"corewarden/extraconfig"
)

// Each step changes the cluster and names how many patches the controller then sends
// until all is done, and what both workloads are stamped with.
func TestStampsFollowContent(t *testing.T) {
	t.Parallel()
	type step struct {
		does    string
		change  func(*fakeCluster)
		patches int
		stamp   string
	}
	nothing := func(*fakeCluster) {}
	writes := func(corefile string) func(*fakeCluster) {
		return func(c *fakeCluster) { c.write(corefile) }
	}
	create := func(c *fakeCluster) { c.create(configMap(example)) }
	remove := func(c *fakeCluster) { c.delete(configMap("")) }
	restart := func(c *fakeCluster) { c.startController() }

	for name, steps := range map[string][]step{
		"installing without a ConfigMap stamps nothing": {
			{"install", nothing, 0, ""},
		},
		"an empty ConfigMap is like none": {
			{"create empty", func(c *fakeCluster) { c.create(configMap("")) }, 0, ""},
		},
		"new content stamps both, once": {
			{"create", create, 2, hashOf(example)},
			{"reconcile again", nothing, 0, hashOf(example)},
			{"write the same", writes(example), 0, hashOf(example)},
		},
		"comments and spacing stamp nothing": {
			{"create", create, 2, hashOf(example)},
			{"add comments", writes(commented), 0, hashOf(example)},
		},
		"every other content stamps": {
			{"create", create, 2, hashOf(example)},
			{"change", writes(other), 2, hashOf(other)},
			{"change back", writes(example), 2, hashOf(example)},
		},
		"deletion is rolled out, re-creation too": {
			{"create", create, 2, hashOf(example)},
			{"delete", remove, 2, extraconfig.EmptyHash},
			{"re-create", create, 2, hashOf(example)},
		},
		"re-creation before the controller looks is no change": {
			{"create", create, 2, hashOf(example)},
			{"delete and re-create", func(c *fakeCluster) { remove(c); create(c) }, 0, hashOf(example)},
		},
		"invalid content stamps nothing, the fix does": {
			{"create", create, 2, hashOf(example)},
			{"break", writes(typo), 0, hashOf(example)},
			{"fix", writes(other), 2, hashOf(other)},
		},
		"a restarted controller stamps nothing again": {
			{"create", create, 2, hashOf(example)},
			{"restart", restart, 0, hashOf(example)},
		},
		"a restarted controller finds what it missed": {
			{"create", create, 2, hashOf(example)},
			{"change, then restart", func(c *fakeCluster) { c.write(other); restart(c) }, 2, hashOf(other)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newFakeCluster(t, coredns(), nodeLocalDNS())
			for _, s := range steps {
				t.Log(s.does)
				s.change(c)
				c.finish()
				c.wantPatches(s.patches)
				c.wantStamps(s.stamp, s.stamp)
				if c.pods.both {
					t.Error("both layers were restarting at once")
				}
			}
			lists := c.lists
			c.run(time.Minute)
			if c.lists != lists {
				t.Errorf("pods are listed %d times though all is done", c.lists-lists)
			}
		})
	}
}

func TestPatchHoldsStampAndUIDOnly(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.finish()

	template := `"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"` + hashOf(example) + `"}}}}}`
	want := []patch{
		{`{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"coredns","namespace":"kube-system","uid":"deployment"},` + template, "corewarden", true},
		{`{"kind":"DaemonSet","apiVersion":"apps/v1","metadata":{"name":"node-local-dns","namespace":"kube-system","uid":"daemonset"},` + template, "corewarden", true},
	}
	if len(c.patches) != len(want) {
		t.Fatalf("controller sent %d patches, want %d", len(c.patches), len(want))
	}
	for i := range want {
		if c.patches[i] != want[i] {
			t.Errorf("patch %d is\n%v\nwant\n%v", i, c.patches[i], want[i])
		}
	}
}

func TestStampTakesOneListOfPods(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.settle()
	c.wantPatches(1)
	if c.lists != 1 {
		t.Errorf("pods were listed %d times before the stamp, want once, to know how they were", c.lists)
	}
}

func TestWorkloadThatAppearsIsStamped(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns())
	c.finish()
	c.wantPatches(1)

	c.create(nodeLocalDNS())
	c.finish()
	c.wantPatches(1)
	c.wantStamps(hashOf(example), hashOf(example))
}

func TestDaemonSetWaitsForDeploymentThatAppears(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), nodeLocalDNS())
	c.finish()
	c.wantPatches(0)

	c.create(coredns())
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(example), hashOf(example))
}

func TestWorkloadBeingDeletedIsLeftAlone(t *testing.T) {
	t.Parallel()
	leaving := coredns()
	leaving.Finalizers = []string{"foregroundDeletion"}
	c := newFakeCluster(t, configMap(example), leaving)
	c.delete(leaving)
	c.settle()
	c.wantPatches(0)
}

func TestRecreatedWorkloadIsStampedWhateverItsGeneration(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.finish()
	c.wantPatches(2)

	c.delete(coredns())
	again := coredns()
	again.UID = "another"
	c.create(again)
	c.finish()
	c.wantPatches(1)
	c.wantStamps(hashOf(example), hashOf(example))
	if n := testutil.ToFloat64(c.controller.reporter.measures.reimposed.WithLabelValues("coredns")); n != 0 {
		t.Errorf("stamping a re-created workload counted as re-imposed %v times, want 0", n)
	}
}

func TestDeletedWorkloadIsNotCreatedFromStaleCache(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.stale["coredns"] = coredns()
	c.delete(coredns())

	result := c.settle()
	if result.RequeueAfter == 0 {
		t.Error("controller does not look again after the precondition failed")
	}
	if _, exists := c.stamps()["coredns"]; exists {
		t.Error("the patch created a Deployment that was deleted meanwhile")
	}
}

func TestStaleCacheIsNotPatchedAgain(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.stale["coredns"] = coredns()
	c.settle()
	c.wantPatches(1)
	c.settle()
	c.wantPatches(0)

	// The newer content waits too: its stamp would be compared with an old one.
	c.clock = c.clock.Add(time.Minute)
	c.write(other)
	c.settle()
	c.wantPatches(0)

	clear(c.stale)
	c.settle()
	c.wantPatches(1)
	c.wantStamps(hashOf(other), "")
}

func TestStampOfAnotherWriterIsReplaced(t *testing.T) {
	t.Parallel()
	for name, annotations := range map[string]map[string]string{
		"removed": nil,
		"forged":  {"corewarden.io/config-hash": "v1:forged", "theirs": "stays"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
			c.finish()
			c.wantPatches(2)
			c.forgetEvents()

			c.overwrite(annotations)
			c.settle()
			c.wantPatches(1)
			c.wantStamps(hashOf(example), hashOf(example))
			was := "unstamped"
			if annotations != nil {
				was = "v1:forged"
			}
			note := "kube-system/dns-extra-configs did not change, but another writer changed the stamp: " +
				"stamped Deployment coredns with " + short(hashOf(example)) + " (was " + was + ")"
			c.wantEvents(
				"Warning StampReimposed on dns-extra-configs (with coredns): "+note,
				"Warning StampReimposed on coredns (with dns-extra-configs): "+note)
			if n := testutil.ToFloat64(c.controller.reporter.measures.reimposed.WithLabelValues("coredns")); n != 1 {
				t.Errorf("re-imposed %v times by the metric, want 1", n)
			}
			var d appsv1.Deployment
			c.load(&d, "coredns")
			if got := d.Spec.Template.Annotations["theirs"]; got != annotations["theirs"] {
				t.Errorf("the other writer's annotation is %q, want %q", got, annotations["theirs"])
			}
		})
	}
}

func TestFightIsGivenUp(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.finish()
	c.wantPatches(2)
	for i := range 20 {
		c.overwrite(map[string]string{"theirs": fmt.Sprint(i)})
		c.run(6 * time.Second)
	}
	c.wantPatches(patience)
	if n := testutil.ToFloat64(c.controller.reporter.measures.held.WithLabelValues("coredns", "StampContested")); n != 1 {
		t.Errorf("the metric says held: %v, want 1", n)
	}

	// Newer content is worth another try.
	c.write(other)
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(other), hashOf(other))
}

func TestRefusedPatchIsTriedAgain(t *testing.T) {
	t.Parallel()
	deployments := schema.GroupResource{Group: "apps", Resource: "deployments"}
	invalid := func(path string) error {
		return apierrors.NewInvalid(schema.GroupKind{Group: "apps", Kind: "Deployment"}, "coredns",
			field.ErrorList{field.Invalid(field.NewPath("metadata", path), "x", "field is immutable")})
	}
	for name, tc := range map[string]struct {
		refuse  error
		isError bool
	}{
		"not found":     {apierrors.NewNotFound(deployments, "coredns"), false},
		"conflict":      {apierrors.NewConflict(deployments, "coredns", errors.New("uid mismatch")), false},
		"another uid":   {invalid("uid"), false},
		"other invalid": {invalid("annotations"), true},
		"forbidden":     {apierrors.NewForbidden(deployments, "coredns", errors.New("no role")), true},
		"timeout":       {apierrors.NewTimeoutError("etcd is away", 1), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
			c.refuse = tc.refuse
			result, err := c.reconcile()
			if (err != nil) != tc.isError {
				t.Errorf("error is %v, want one: %v", err, tc.isError)
			}
			if err != nil && !errors.Is(err, tc.refuse) {
				t.Errorf("error %q does not wrap %q", err, tc.refuse)
			}
			if err == nil && result.RequeueAfter == 0 {
				t.Error("neither an error nor a time to look again")
			}

			c.refuse = nil
			c.finish()
			c.wantPatches(2)
			c.wantStamps(hashOf(example), hashOf(example))
		})
	}
}
