package rollout_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

// TestOutage takes the webhook away and brings it back.
func TestOutage(t *testing.T) {
	t.Parallel()
	i := &installation{harness.NewInstallation(t)}
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.1"))) })
	harness.Step(t, "while it is dead, only the guarded ConfigMap is held", i.holdsOnlyTheGuarded)
	harness.Step(t, "back with the same content, it stamps nothing", i.stampsNothingOnStart)
	harness.Step(t, "killed before the first stamp", func(t *testing.T) { i.killedMidway(t, "10.0.1.1", "coredns", "node-local-dns") })
	harness.Step(t, "killed between the two stamps", func(t *testing.T) { i.killedMidway(t, "10.0.1.2", "node-local-dns") })
	harness.Step(t, "what was written meanwhile is rolled out once", i.catchesUp)
	harness.Step(t, "and so is what came after its watches expired", i.outlivesWatches)
	harness.Step(t, "what is invalid is not, and is reported", i.reportsInvalidContent)
	harness.Step(t, "fixed, it is", i.fixes)
	harness.Step(t, "of two processes one stamps, and the other takes over", i.replaced)
}

// kill has the webhook die as in a crash. Its lease would keep the next process from leading
// for ten seconds, which replaced shows; elsewhere it goes at once.
func (i *installation) kill(t *testing.T) {
	t.Helper()
	if err := i.Product.Kill(); err != nil {
		t.Fatal(err)
	}
	i.Run(t, "delete", "lease", "corewarden", "--namespace=corewarden")
}

func (i *installation) stop(t *testing.T) {
	t.Helper()
	if err := i.Product.Stop(); err != nil {
		t.Fatal(err)
	}
}

// start starts the webhook and waits until it leads and has looked at things.
func (i *installation) start(t *testing.T) {
	t.Helper()
	if err := i.Product.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the controller has looked at things", func() error {
		reconciled, err := i.Product.Reconciled(t.Context())
		if err == nil && reconciled == 0 {
			err = errors.New("it has not")
		}
		return err
	})
}

func (i *installation) holdsOnlyTheGuarded(t *testing.T) {
	i.kill(t)
	i.WantRefusal(t, func() error {
		_, err := i.KubectlInput(t.Context(), harness.Manifest(t, harness.Forwarding("10.0.0.2")), "apply", "--filename=-")
		return err
	}, `failed calling webhook "validate.corewarden.io"`, "connection refused")
	for _, kubectl := range []string{
		"create configmap other --from-literal=Corefile=}",
		"label configmap coredns example.org/note=1",
		"annotate daemonset node-local-dns example.org/note=1",
		"scale deployment coredns --replicas=3",
	} {
		i.Run(t, append(strings.Fields(kubectl), "--namespace=kube-system")...)
	}
	i.Expected = i.Rollouts(t) // scaling counts as a generation
}

func (i *installation) stampsNothingOnStart(t *testing.T) {
	i.start(t)
	i.CheckRollouts(t)
	if n := i.Metric(t, "corewarden_stamps_total"); n != 0 {
		t.Errorf("%v stamps were set, want none", n)
	}
}

// killedMidway changes the content while the controller has no right to stamp some of the
// workloads, and kills it then.
func (i *installation) killedMidway(t *testing.T, address string, forbidden ...string) {
	i.CheckRollouts(t)
	i.forbid(t, forbidden)
	i.Apply(t, harness.Manifest(t, harness.Forwarding(address)))
	for name := range i.Expected {
		if !slices.Contains(forbidden, name) {
			i.ExpectStamp(t, name)
		}
	}
	i.AwaitStamps(t)
	failures := func() float64 {
		return i.Metric(t, "controller_runtime_reconcile_total", "controller=rollout", "result=error")
	}
	before := failures() // a conflict is one, too
	eventually(t, "the controller fails to stamp", func() error {
		if failures() == before {
			return errors.New("it has not failed since")
		}
		return nil
	})
	i.kill(t)
	i.CheckRollouts(t)

	if err := i.Product.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	i.start(t)
	for _, name := range forbidden {
		i.ExpectStamp(t, name)
	}
	i.AwaitStamps(t)
}

// forbid takes from the controller the right to stamp the workloads of the given names.
func (i *installation) forbid(t *testing.T, names []string) {
	t.Helper()
	roles := i.API.RbacV1().Roles(extraconfig.Namespace)
	role, err := roles.Get(t.Context(), "corewarden", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for n, rule := range role.Rules {
		if slices.ContainsFunc(rule.ResourceNames, func(name string) bool { return slices.Contains(names, name) }) {
			role.Rules[n].Verbs = []string{"get", "list", "watch"}
		}
	}
	if _, err := roles.Update(t.Context(), role, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	// The authorizer reads roles from a cache.
	eventually(t, fmt.Sprint(names, " cannot be stamped"), func() error {
		for _, name := range names {
			kind := map[string]string{"coredns": "deployment", "node-local-dns": "daemonset"}[name]
			// The answer no comes with a failure.
			if _, err := i.Kubectl(t.Context(), "auth", "can-i", "patch", kind+"s.apps/"+name, "--namespace="+extraconfig.Namespace,
				"--as=system:serviceaccount:corewarden:corewarden"); err == nil {
				return fmt.Errorf("%s can", name)
			}
		}
		return nil
	})
}

func (i *installation) catchesUp(t *testing.T) {
	i.stop(t)
	i.BreakGlass(t)
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.2.1")))
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.2.2")))
	i.WantRollout(t, func() { i.start(t) })
}

// reportsInvalidContent writes a typo that nobody guards against.
func (i *installation) reportsInvalidContent(t *testing.T) {
	i.stop(t)
	i.Apply(t, harness.Manifest(t, harness.Typo))
	i.start(t)
	i.CheckRollouts(t)
	if invalid := i.Metric(t, "corewarden_invalid_content"); invalid != 1 {
		t.Errorf("corewarden_invalid_content is %v, not 1", invalid)
	}
	if err := i.Product.Ready(t.Context()); err != nil {
		t.Errorf("invalid content makes the webhook unready: %v", err)
	}
	eventually(t, "an event says why", func() error {
		events := i.Run(t, "describe", "configmap", extraconfig.Name, "--namespace=kube-system")
		if !strings.Contains(events, "InvalidContent") || !strings.Contains(events, `not rolled out: Corefile:2:5: unknown-plugin: unknown plugin "forwrad"`) {
			return fmt.Errorf("kubectl describe says\n%s", events)
		}
		return nil
	})
	i.WantNoRollout(t, func() { i.Apply(t, harness.Manifest(t, strings.ReplaceAll(harness.Typo, "forwrad", "forwrd"))) })
}

// fixes closes the glass again.
func (i *installation) fixes(t *testing.T) {
	if err := i.Product.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the webhook is asked", func() error {
		if _, err := i.KubectlInput(t.Context(), harness.Manifest(t, harness.Typo), "apply", "--dry-run=server", "--filename=-"); err == nil {
			return errors.New("a typo is accepted")
		}
		return nil
	})
	t.Run("what is stored may keep its typo", func(t *testing.T) {
		out := i.Run(t, "label", "configmap", extraconfig.Name, "--namespace=kube-system", "example.org/note=1")
		if want := `Warning: data[Corefile]: line 2, column 5: unknown plugin "forwrd"`; !strings.Contains(out, want) {
			t.Errorf("kubectl label says\n%s\nand not\n%s", out, want)
		}
	})
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.3.1"))) })
	if invalid := i.Metric(t, "corewarden_invalid_content"); invalid != 0 {
		t.Errorf("corewarden_invalid_content is %v, not 0", invalid)
	}
}

// replaced has a second process lead. The API server asks the first.
func (i *installation) replaced(t *testing.T) {
	i.stop(t)
	leader, err := i.Product.Replica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := leader.Stop(); err != nil {
			t.Error(err)
		}
	}()
	eventually(t, "the second process leads", func() error {
		reconciled, err := leader.Reconciled(t.Context())
		if err == nil && reconciled == 0 {
			err = errors.New("it does not")
		}
		return err
	})
	if err := i.Product.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.4.1"))) })
	stamps, err := leader.Metric(t.Context(), "corewarden_stamps_total")
	if err != nil {
		t.Fatal(err)
	}
	if mine := i.Metric(t, "corewarden_stamps_total"); stamps != 2 || mine != 0 {
		t.Errorf("the leader set %v stamps and the other process %v; want 2 and none", stamps, mine)
	}

	if err := leader.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.4.2"))) })
	// The lease's 10 s, what the retries of the other process add to them, and a busy machine.
	if took := time.Since(killed); took > time.Minute {
		t.Errorf("the other process took over after %v", took)
	}
}
