package e2e_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/extraconfig"
)

// TestOutage takes the webhook away and brings it back. Each of its deaths leaves the
// lease to expire before another process leads.
func TestOutage(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	i.rollsOut(t, func() { i.apply(t, manifest(t, forwarding("10.0.0.1"))) })
	inOrder(t, []step{
		{"while it is dead, only the guarded ConfigMap is held", i.holdsOnlyTheGuarded},
		{"back with the same content, it stamps nothing", i.stampsNothingOnStart},
		{"killed before the first stamp", func(t *testing.T) { i.killedMidway(t, "10.0.1.1", "coredns", "node-local-dns") }},
		{"killed between the two stamps", func(t *testing.T) { i.killedMidway(t, "10.0.1.2", "node-local-dns") }},
		{"what was written meanwhile is rolled out once", i.catchesUp},
		{"and so is what came after its watches expired", i.outlivesWatches},
		{"what is invalid is not, and is reported", i.reportsInvalidContent},
		{"fixed, it is", i.fixes},
		{"of two processes one stamps, and the other takes over", i.replaced},
	})
}

func (i *installation) kill(t *testing.T) {
	t.Helper()
	if err := i.product.Kill(); err != nil {
		t.Fatal(err)
	}
}

func (i *installation) stop(t *testing.T) {
	t.Helper()
	if err := i.product.Stop(); err != nil {
		t.Fatal(err)
	}
}

// start starts the webhook and waits until it leads and has looked at things.
func (i *installation) start(t *testing.T) {
	t.Helper()
	if err := i.product.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the controller has looked at things", func() error {
		reconciled, err := i.product.Reconciled(t.Context())
		if err == nil && reconciled == 0 {
			err = errors.New("it has not")
		}
		return err
	})
}

func (i *installation) holdsOnlyTheGuarded(t *testing.T) {
	i.kill(t)
	i.refuses(t, func() error {
		_, err := i.KubectlInput(t.Context(), manifest(t, forwarding("10.0.0.2")), "apply", "--filename=-")
		return err
	}, `failed calling webhook "validate.corewarden.io"`, "connection refused")
	for _, kubectl := range []string{
		"create configmap other --from-literal=Corefile=}",
		"label configmap coredns example.org/note=1",
		"annotate daemonset node-local-dns example.org/note=1",
		"scale deployment coredns --replicas=3",
	} {
		i.run(t, append(strings.Fields(kubectl), "--namespace=kube-system")...)
	}
	i.expected = i.rollouts(t) // scaling counts as a generation
}

func (i *installation) stampsNothingOnStart(t *testing.T) {
	i.start(t)
	i.asExpected(t)
	if n := i.metric(t, "corewarden_stamps_total"); n != 0 {
		t.Errorf("%v stamps were set, want none", n)
	}
}

// killedMidway changes the content while the controller has no right to stamp some of the
// workloads, and kills it then.
func (i *installation) killedMidway(t *testing.T, address string, forbidden ...string) {
	i.asExpected(t)
	i.forbid(t, forbidden)
	i.apply(t, manifest(t, forwarding(address)))
	for name := range i.expected {
		if !slices.Contains(forbidden, name) {
			i.expectStamp(t, name)
		}
	}
	i.awaitStamps(t)
	failures := func() float64 {
		return i.metric(t, "controller_runtime_reconcile_total", "controller=rollout", "result=error")
	}
	before := failures() // a conflict is one, too
	eventually(t, "the controller fails to stamp", func() error {
		if failures() == before {
			return errors.New("it has not failed since")
		}
		return nil
	})
	i.kill(t)
	i.asExpected(t)

	if err := i.product.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	i.start(t)
	for _, name := range forbidden {
		i.expectStamp(t, name)
	}
	i.awaitStamps(t)
}

// forbid takes from the controller the right to stamp the workloads of the given names.
func (i *installation) forbid(t *testing.T, names []string) {
	t.Helper()
	roles := i.api.RbacV1().Roles(extraconfig.Namespace)
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

// breakGlass has writes go unchecked.
func (i *installation) breakGlass(t *testing.T) {
	t.Helper()
	i.run(t, "delete", "validatingwebhookconfiguration", "corewarden")
	// The API server reads webhook configurations from a cache.
	eventually(t, "nobody is asked", func() error {
		_, err := i.KubectlInput(t.Context(), manifest(t, typo), "apply", "--dry-run=server", "--filename=-")
		return err
	})
}

func (i *installation) catchesUp(t *testing.T) {
	i.stop(t)
	i.breakGlass(t)
	i.apply(t, manifest(t, forwarding("10.0.2.1")))
	i.apply(t, manifest(t, forwarding("10.0.2.2")))
	i.rollsOut(t, func() { i.start(t) })
}

// reportsInvalidContent writes a typo that nobody guards against.
func (i *installation) reportsInvalidContent(t *testing.T) {
	i.stop(t)
	i.apply(t, manifest(t, typo))
	i.start(t)
	i.asExpected(t)
	if invalid := i.metric(t, "corewarden_invalid_content"); invalid != 1 {
		t.Errorf("corewarden_invalid_content is %v, not 1", invalid)
	}
	if err := i.product.Ready(t.Context()); err != nil {
		t.Errorf("invalid content makes the webhook unready: %v", err)
	}
	eventually(t, "an event says why", func() error {
		events := i.run(t, "describe", "configmap", extraconfig.Name, "--namespace=kube-system")
		if !strings.Contains(events, "InvalidContent") || !strings.Contains(events, `not rolled out: Corefile:2:5: unknown-plugin: unknown plugin "forwrad"`) {
			return fmt.Errorf("kubectl describe says\n%s", events)
		}
		return nil
	})
	i.restartsNothing(t, func() { i.apply(t, manifest(t, strings.ReplaceAll(typo, "forwrad", "forwrd"))) })
}

// fixes closes the glass again.
func (i *installation) fixes(t *testing.T) {
	if err := i.product.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the webhook is asked", func() error {
		if _, err := i.KubectlInput(t.Context(), manifest(t, typo), "apply", "--dry-run=server", "--filename=-"); err == nil {
			return errors.New("a typo is accepted")
		}
		return nil
	})
	t.Run("what is stored may keep its typo", func(t *testing.T) {
		out := i.run(t, "label", "configmap", extraconfig.Name, "--namespace=kube-system", "example.org/note=1")
		if want := `Warning: data[Corefile]: line 2, column 5: unknown plugin "forwrd"`; !strings.Contains(out, want) {
			t.Errorf("kubectl label says\n%s\nand not\n%s", out, want)
		}
	})
	i.rollsOut(t, func() { i.apply(t, manifest(t, forwarding("10.0.3.1"))) })
	if invalid := i.metric(t, "corewarden_invalid_content"); invalid != 0 {
		t.Errorf("corewarden_invalid_content is %v, not 0", invalid)
	}
}

// replaced has a second process lead. The API server asks the first.
func (i *installation) replaced(t *testing.T) {
	i.stop(t)
	leader, err := i.product.Replica(t.Context())
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
	if err := i.product.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	i.rollsOut(t, func() { i.apply(t, manifest(t, forwarding("10.0.4.1"))) })
	stamps, err := leader.Metric(t.Context(), "corewarden_stamps_total")
	if err != nil {
		t.Fatal(err)
	}
	if mine := i.metric(t, "corewarden_stamps_total"); stamps != 2 || mine != 0 {
		t.Errorf("the leader set %v stamps and the other process %v; want 2 and none", stamps, mine)
	}

	if err := leader.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	i.rollsOut(t, func() { i.apply(t, manifest(t, forwarding("10.0.4.2"))) })
	// The lease's 10 s, and what the retries of the other process add to them.
	if took := time.Since(killed); took > 20*time.Second {
		t.Errorf("the other process took over after %v", took)
	}
}
