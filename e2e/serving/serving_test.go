package serving_test

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/harness"
	"corewarden/e2e/serving"
	"corewarden/extraconfig"
)

// rounds is how often everything happens that may happen to a replica. The full form of the
// test has 20.
var rounds = flag.Int("rounds", 1, "`how often` to restart, kill and renew what serves")

// rate is how many writes there are in a second.
const rate = 100

func TestServing(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"restarts, lost leases and new certificates fail no write", i.losesNothing},
		{"a kill fails only what was under way", i.losesOnlyWhatWasUnderWay},
		{"nobody asks about other ConfigMaps", i.isNotAskedAboutOthers},
		{"a review of 11 MiB is answered", i.answersLargeReview},
		{"idle connections take bounded memory", i.standsIdleConnections},
		{"large bodies take bounded memory", i.standsLargeBodies},
	} {
		if !t.Run(step.name, step.run) {
			t.Fatal("the steps that follow need the replicas as they should be")
		}
	}
}

func (i *installation) startLoad(t *testing.T) *serving.Load {
	t.Helper()
	load, err := serving.StartLoad(i.Config(), rate)
	check(t, err)
	return load
}

func (i *installation) losesNothing(t *testing.T) {
	open := i.counter(t, "apiserver_admission_webhook_fail_open_count")
	asked := i.counter(t, "apiserver_admission_webhook_request_total")
	load := i.startLoad(t)
	for round := range *rounds {
		for _, r := range i.replicas {
			i.restart(t, r)
		}
		i.renewCertificate(t)
		if round%5 == 0 {
			i.loseLease(t)
		}
	}
	for *rounds > 1 && load.Writes() < 20_000 { // the last rounds may be faster than the load
		time.Sleep(time.Second / rate)
	}
	writes, failures := load.Stop()
	t.Logf("%d of %d writes failed", len(failures), writes)
	if len(failures) > 0 {
		t.Error(serving.Summary(failures))
	}
	if n := i.counter(t, "apiserver_admission_webhook_fail_open_count") - open; n > 0 {
		t.Errorf("%v writes went on without the webhook for key names", n)
	}
	// Each is one for keys.corewarden.io and one for validate.corewarden.io.
	if n := i.counter(t, "apiserver_admission_webhook_request_total") - asked; n != float64(2*writes) {
		t.Errorf("the webhooks were asked %v times about %d writes", n, writes)
	}
}

// restart ends a replica as a rollout does, and starts it anew.
func (i *installation) restart(t *testing.T, r *replica) {
	t.Helper()
	r.terminating.Store(true)
	i.service.Remove(r.Address())
	check(t, r.Stop())
	r.terminating.Store(false)
	i.start(t, r)
}

// start starts a replica and waits until new connections may go to it.
func (i *installation) start(t *testing.T, r *replica) {
	t.Helper()
	check(t, r.Start(t.Context()))
	harness.Eventually(t, "a new replica is an endpoint", func() error {
		if !i.service.Has(r.Address()) {
			return errors.New("it is not")
		}
		return nil
	})
}

// loseLease gives the leader's lease to somebody else. The leader ends by itself then.
func (i *installation) loseLease(t *testing.T) {
	t.Helper()
	leases := i.api.CoordinationV1().Leases("corewarden")
	harness.Eventually(t, "somebody else gets the lease", func() error {
		lease, err := leases.Get(t.Context(), "corewarden", metav1.GetOptions{})
		if err != nil {
			return err
		}
		somebody := "somebody else"
		lease.Spec.HolderIdentity, lease.Spec.RenewTime = &somebody, &metav1.MicroTime{Time: time.Now()}
		_, err = leases.Update(t.Context(), lease, metav1.UpdateOptions{})
		return err
	})
	leader := i.leader(t)
	check(t, leader.AwaitExit(t.Context()))
	i.start(t, leader)
	harness.Eventually(t, "a replica leads", func() error {
		for _, r := range i.replicas {
			if leads, err := r.Metric(t.Context(), "leader_election_master_status"); err != nil || leads == 1 {
				return err
			}
		}
		return errors.New("none does")
	})
}

// leader returns the replica that leads.
func (i *installation) leader(t *testing.T) (leader *replica) {
	t.Helper()
	for _, r := range i.replicas {
		leads, err := r.Metric(t.Context(), "leader_election_master_status")
		check(t, err)
		if leads == 1 {
			leader = r
		}
	}
	if leader == nil {
		t.Fatal("no replica leads")
	}
	return leader
}

// losesOnlyWhatWasUnderWay kills replicas. New connections go to the other from the kill on:
// how long a cluster takes for that is not the replica's to decide.
func (i *installation) losesOnlyWhatWasUnderWay(t *testing.T) {
	load := i.startLoad(t)
	var kills [][2]time.Time // from when to when its connections were gone
	for range *rounds {
		for _, r := range i.replicas {
			r.terminating.Store(true)
			i.service.Remove(r.Address())
			begin := time.Now()
			check(t, r.Kill())
			harness.Eventually(t, "its connections are gone", func() error {
				if n := i.service.Connections(r.Address()); n > 0 {
					return fmt.Errorf("%d are open", n)
				}
				return nil
			})
			kills = append(kills, [2]time.Time{begin, time.Now()})
			r.terminating.Store(false)
			i.start(t, r)
		}
	}
	writes, failures := load.Stop()
	t.Logf("%d of %d writes failed in %d kills", len(failures), writes, len(kills))
	for _, f := range failures {
		underWay := false
		for _, kill := range kills {
			underWay = underWay || f.Begin.Before(kill[1]) && f.End.After(kill[0])
		}
		if !underWay {
			t.Errorf("a write from %s to %s failed, which no kill explains: %v", f.Begin, f.End, f.Err)
		}
	}
}

func (i *installation) isNotAskedAboutOthers(t *testing.T) {
	asked := func(write func()) float64 {
		before := i.counter(t, "apiserver_admission_webhook_request_total")
		write()
		return i.counter(t, "apiserver_admission_webhook_request_total") - before
	}
	write := func(namespace, name string, n int) {
		for range n {
			_, err := i.api.CoreV1().ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{
				ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"Corefile": "}"},
			}, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
			check(t, err)
		}
	}
	if n := asked(func() {
		write("kube-system", "other", 100)
		write("kube-system", "coredns-autoscaler", 100)
		write("default", extraconfig.Name, 100)
	}); n != 0 {
		t.Errorf("the webhooks were asked %v times about other ConfigMaps", n)
	}
	if n := asked(func() { i.update(t, "example.org {\n    forward . 10.0.0.2\n}\n") }); n != 2 {
		t.Errorf("the webhooks were asked %v times about the guarded one, not twice", n)
	}
}

func (i *installation) update(t *testing.T, corefile string) {
	t.Helper()
	_, err := i.api.CoreV1().ConfigMaps(extraconfig.Namespace).Update(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: extraconfig.Name}, Data: map[string]string{"Corefile": corefile},
	}, metav1.UpdateOptions{})
	check(t, err)
}

// answersLargeReview has reviews with two objects, each of which takes six bytes for a
// character.
func (i *installation) answersLargeReview(t *testing.T) {
	comment := func(last string) string {
		return "# " + strings.Repeat("<", 1_000_000) + last + "\nexample.org {\n    forward . 10.0.0.3\n}\n"
	}
	i.update(t, comment("1"))
	began := time.Now()
	i.update(t, comment("2"))
	t.Logf("the write took %s", time.Since(began).Round(time.Millisecond))
	i.update(t, "example.org {\n    forward . 10.0.0.1\n}\n")
}
