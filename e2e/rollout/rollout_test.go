package rollout_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
	"corewarden/e2e/parts"
	"corewarden/extraconfig"
)

// brakedAnnotation tells on the DaemonSet which content was stopped.
const brakedAnnotation = "corewarden.io/braked-hash"

// rolloutNodes are few by default, as a machine that runs all tests has other things to do.
var rolloutNodes = flag.Int("rollout.nodes", metakube.Nodes, "how many nodes TestStagedRollout has")

// TestStagedRollout scripts what becomes of the pods, and looks at how far a rollout goes.
func TestStagedRollout(t *testing.T) {
	t.Parallel()
	crashing, hanging, late, braked := harness.Forwarding("10.9.0.1"), harness.Forwarding("10.9.0.2"), harness.Forwarding("10.9.0.3"), harness.Forwarding("10.9.0.4")
	cluster := harness.NewClusterWith(t, controlplane.Options{Stages: []string{stages(t,
		script{"coredns-crashes", coreDNSPods, crashing, "Pending", 0, crashes},
		script{"coredns-hangs", coreDNSPods, hanging, "Pending", 0, hangs},
		script{"coredns-crashes-late", coreDNSPods, late, "Running", 1000, crashes},
		script{"node-local-dns-crashes", nodeLocalDNSPods, braked, "Pending", 0, crashes},
	)}})
	if err := metakube.AddNodes(t.Context(), cluster.Cluster, *rolloutNodes-metakube.Nodes); err != nil {
		t.Fatal(err)
	}
	i := &installation{harness.Install(t, cluster, "-rollout-soak=4s", "-rollout-deadline=8s", "-rollout-interval=5s")}
	harness.Step(t, "one layer after the other", i.oneAfterTheOther)
	harness.Step(t, "a ConfigMap that a new leader may not read is unknown, not absent", i.mayNotRead)
	harness.Step(t, "no lookup fails on the layer that is not being restarted", i.answers)
	harness.Step(t, "a burst is one rollout of node-local-dns", i.burst)
	harness.Step(t, "pods of CoreDNS that crash hold node-local-dns", func(t *testing.T) {
		i.holds(t, crashing, "PodsRestart", "has restarted once (container coredns: Error, exit code 1): its last words")
	})
	harness.Step(t, "so do pods that are ready and crash then", func(t *testing.T) { i.holds(t, late, "PodsRestart", "its last words") })
	harness.Step(t, "and pods that do not come up in time", func(t *testing.T) {
		i.holds(t, hanging, "DeadlineExceeded", "no progress for 8s: pod coredns-")
	})
	harness.Step(t, "to go back to the content before is a rollout like any other", func(t *testing.T) { i.goesBack(t, crashing) })
	harness.Step(t, "a paused Deployment is stamped and holds node-local-dns until it is resumed", i.pauses)
	harness.Step(t, "a DaemonSet whose first pod crashes is braked", func(t *testing.T) { i.brakes(t, braked) })
	harness.Step(t, "the API server and etcd may go in the middle", i.loses)
}

// eventually waits until try succeeds, the longer the more nodes there are.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	harness.Within(t, 2*time.Minute+time.Duration(*rolloutNodes)*time.Second, what, try)
}

// oneAfterTheOther looks at both workloads all through a rollout.
func (i *installation) oneAfterTheOther(t *testing.T) {
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.1")))
	i.AwaitSettled(t)

	var both, first atomic.Int64
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
			switch c, n := i.Settled(t); {
			case !c && !n:
				both.Add(1)
			case !c:
				first.Add(1)
			}
		}
	}()
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.2")))
	i.AwaitSettled(t)
	close(done)
	<-watched
	if both.Load() > 0 || first.Load() == 0 {
		t.Errorf("seen restarting: both layers %d times, want never; CoreDNS alone %d times, want it seen", both.Load(), first.Load())
	}
}

// mayNotRead starts a leader without the right to read the ConfigMap, and changes that.
func (i *installation) mayNotRead(t *testing.T) {
	before := i.Rollouts(t)
	i.kill(t)
	i.Run(t, "patch", "role/corewarden", "--namespace=kube-system", "--type=json", `--patch=[
		{"op": "test", "path": "/rules/0/resourceNames/0", "value": "dns-extra-configs"},
		{"op": "remove", "path": "/rules/0/resourceNames/0"}]`)
	i.start(t)
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.4")))
	eventually(t, "both workloads are held", func() error {
		for _, workload := range []string{"coredns", "node-local-dns"} {
			if i.Metric(t, "corewarden_rollout_held", "workload="+workload, "reason=ContentUnknown") != 1 {
				return errors.New("the metric does not say so of " + workload)
			}
		}
		return nil
	})
	i.AwaitDescribe(t, "deployment/coredns", "RolloutHeld", "what ConfigMap dns-extra-configs holds is unknown: corewarden's ServiceAccount may not read it")
	if now := i.Rollouts(t); !maps.Equal(now, before) {
		t.Errorf("the workloads were %v and are %v", before, now)
	}
	if err := i.Product.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	i.AwaitSettled(t)
	if now := i.Rollouts(t); now["coredns"].Stamp == before["coredns"].Stamp {
		t.Error("what was written meanwhile is not rolled out once it may be read")
	}
}

func (i *installation) burst(t *testing.T) {
	before := i.Rollouts(t)
	cm := i.ConfigMap(t)
	began := time.Now()
	for n := range 50 {
		cm.Data = map[string]string{"Corefile": harness.Forwarding(fmt.Sprint("10.0.1.", n))}
		var err error
		if cm, err = i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Update(t.Context(), cm, metav1.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(began.Add(time.Duration(n+1) * 200 * time.Millisecond)))
	}
	// One at once, one for each interval begun, and the last: 4 for 10 s.
	most := int64(time.Since(began)/(5*time.Second)) + 2
	i.AwaitSettled(t)
	after := i.Rollouts(t)
	if c := after["coredns"].Generation - before["coredns"].Generation; c < 1 || c > most {
		t.Errorf("CoreDNS had %d new pod templates, want 1 to %d", c, most)
	}
	if n := after["node-local-dns"].Generation - before["node-local-dns"].Generation; n != 1 {
		t.Errorf("node-local-dns had %d new pod templates, want 1", n)
	}
	if n := i.Metric(t, "corewarden_contents_coalesced_total"); n == 0 {
		t.Error("the metric counts no content that came to nothing")
	}
}

// holds writes content on which the pods of CoreDNS come to grief. A new leader has to hold
// node-local-dns as well, and the fix has to go through.
func (i *installation) holds(t *testing.T, corefile, reason, why string) {
	before := i.Rollouts(t)["node-local-dns"]
	previous := before.Stamp
	i.Apply(t, harness.Manifest(t, corefile))
	held := func() error {
		if i.Metric(t, "corewarden_rollout_held", "workload=coredns", "reason="+reason) != 1 ||
			i.Metric(t, "corewarden_rollout_held", "workload=node-local-dns", "reason=CoreDNSHeld") != 1 {
			return errors.New("the metric does not say so")
		}
		return nil
	}
	eventually(t, "both workloads are held", held)
	i.AwaitDescribe(t, "configmap/"+extraconfig.Name, "RolloutHeld", why, "put the content with the hash "+previous[:11])
	i.kill(t)
	i.start(t)
	eventually(t, "a new leader holds them", held)
	if after := i.Rollouts(t)["node-local-dns"]; after != before {
		t.Errorf("node-local-dns was %v and is %v", before, after)
	}
	i.fix(t)
}

// fix writes content that is good. CoreDNS has to be stamped well before a deadline.
func (i *installation) fix(t *testing.T) {
	t.Helper()
	i.Apply(t, harness.Manifest(t, harness.Forwarding(fmt.Sprint("10.1.", time.Now().Unix()%250, ".1"))))
	i.AwaitSettled(t)
	eventually(t, "nothing is held", func() error {
		if i.Metric(t, "corewarden_rollout_held") != 0 {
			return errors.New("the metric says that something is")
		}
		return nil
	})
}

// goesBack writes content that is held, and the content before again. That has to be watched
// and concluded on both workloads, though node-local-dns has its stamp all along.
func (i *installation) goesBack(t *testing.T, held string) {
	good := harness.Forwarding("10.0.4.1")
	i.Apply(t, harness.Manifest(t, good))
	i.concludes(t)
	i.Apply(t, harness.Manifest(t, held))
	eventually(t, "node-local-dns is held", func() error {
		if i.Metric(t, "corewarden_rollout_held", "workload=node-local-dns", "reason=CoreDNSHeld") != 1 {
			return errors.New("the metric does not say so")
		}
		return nil
	})
	began := i.Metric(t, "corewarden_rollouts_total", "result=complete")
	i.Apply(t, harness.Manifest(t, good))
	i.concludes(t)
	if n := i.Metric(t, "corewarden_rollouts_total", "result=complete") - began; n < 1 {
		t.Errorf("the metric counts %v completed rollouts, want that of CoreDNS at least", n)
	}
}

// concludes waits until both workloads say of themselves that the rollout of what is stored was
// completed, and the gauges say that nothing is left.
func (i *installation) concludes(t *testing.T) {
	t.Helper()
	i.AwaitSettled(t)
	eventually(t, "both rollouts are concluded", func() error {
		for _, w := range i.Workloads(t) {
			if got := w.GetAnnotations()[extraconfig.CompletedAnnotation]; got != i.Stored(t).Hash() || strings.Contains(w.GetAnnotations()[extraconfig.RolloutAnnotation], "reopened") {
				return fmt.Errorf("the annotations of %s are %v", w.GetName(), w.GetAnnotations())
			}
		}
		if held, pending := i.Metric(t, "corewarden_rollout_held"), i.Metric(t, "corewarden_rollout_pending_seconds"); held != 0 || pending != 0 {
			return fmt.Errorf("by the metrics %v are held and %v s pending", held, pending)
		}
		return nil
	})
}

func (i *installation) pauses(t *testing.T) {
	before := i.Rollouts(t)
	i.Run(t, "rollout", "pause", "deployment/coredns", "--namespace=kube-system")
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.2.1")))
	eventually(t, "node-local-dns is held", func() error {
		if i.Metric(t, "corewarden_rollout_held", "workload=coredns", "reason=Standstill") != 1 {
			return errors.New("the metric does not say so")
		}
		return nil
	})
	if now := i.Rollouts(t); now["coredns"].Stamp != i.Stored(t).Hash() || now["node-local-dns"] != before["node-local-dns"] {
		t.Errorf("the workloads were %v and are %v; want the first stamped and the other left alone", before, now)
	}
	i.AwaitDescribe(t, "configmap/"+extraconfig.Name, "it is paused, so its pods are replaced when it is resumed")
	i.Run(t, "rollout", "resume", "deployment/coredns", "--namespace=kube-system")
	i.AwaitSettled(t)
}

func (i *installation) brakes(t *testing.T, corefile string) {
	before := i.Rollouts(t)["node-local-dns"]
	i.Apply(t, harness.Manifest(t, corefile))
	var daemonSet *appsv1.DaemonSet
	eventually(t, "node-local-dns has the stamp of before", func() (err error) {
		daemonSet, err = i.API.AppsV1().DaemonSets(extraconfig.Namespace).Get(t.Context(), "node-local-dns", metav1.GetOptions{})
		now := harness.Workload{Object: daemonSet, Template: daemonSet.Spec.Template}
		if err == nil && (daemonSet.Annotations[brakedAnnotation] != i.Stored(t).Hash() || now.Stamp() != before.Stamp) {
			err = fmt.Errorf("its annotations are %v, its stamp is %s", daemonSet.Annotations, now.Stamp())
		}
		return err
	})
	now := harness.Workload{Object: daemonSet, Template: daemonSet.Spec.Template}
	if daemonSet.Generation != before.Generation+2 {
		t.Errorf("node-local-dns was %v and has the stamp %s at generation %d; want the same stamp two generations later", before, now.Stamp(), daemonSet.Generation)
	}
	most := (*rolloutNodes + 9) / 10 // of its pods may be replaced at once
	if up := int(daemonSet.Status.NumberAvailable); up < *rolloutNodes-most {
		t.Errorf("%d of %d pods of node-local-dns are up, want all but %d at least", up, *rolloutNodes, most)
	}
	i.AwaitDescribe(t, "daemonset/node-local-dns", "is stopped in the middle of its rollout", "annotate DaemonSet node-local-dns with another corewarden.io/retry")

	// The webhook keeps what is kept, and an annotation has it tried again.
	i.Run(t, "annotate", "daemonset", "node-local-dns", "--namespace=kube-system", brakedAnnotation+"-")
	i.Run(t, "annotate", "daemonset", "node-local-dns", "--namespace=kube-system", extraconfig.RetryAnnotation+"=1")
	eventually(t, "it is tried again, and braked again", func() error {
		now, err := i.API.AppsV1().DaemonSets(extraconfig.Namespace).Get(t.Context(), "node-local-dns", metav1.GetOptions{})
		if err == nil && (now.Generation != before.Generation+4 || now.Annotations[brakedAnnotation] != i.Stored(t).Hash()) {
			err = fmt.Errorf("it is at generation %d, with the annotations %v", now.Generation, now.Annotations)
		}
		return err
	})
	i.fix(t)
}

// loses takes the API server and etcd away after CoreDNS was stamped.
func (i *installation) loses(t *testing.T) {
	before := i.Rollouts(t)
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.3.1")))
	eventually(t, "CoreDNS is stamped", func() error {
		if now := i.Rollouts(t)["coredns"]; now == before["coredns"] {
			return errors.New("it is not")
		}
		return nil
	})
	for _, part := range []parts.Part{parts.KubeAPIServer, parts.Etcd} {
		if err := i.Process(part).Kill(); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []parts.Part{parts.Etcd, parts.KubeAPIServer} {
		if err := i.Process(part).Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	// The webhook may have lost its lease, and ended; the kubelet would start it.
	if i.Product.Ready(t.Context()) != nil {
		i.kill(t)
		i.start(t)
	}
	i.AwaitSettled(t)
	for name, now := range i.Rollouts(t) {
		if now.Generation != before[name].Generation+1 {
			t.Errorf("%s was %v and is %v, want one generation later", name, before[name], now)
		}
	}
	if log := i.Product.Log(); strings.Contains(log, "panic") {
		t.Error("the webhook panicked")
	}
}
