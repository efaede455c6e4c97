package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"corewarden/extraconfig"
)

// lag is how far what is seen may be behind what the controller sees, or before it.
const lag = 3 * time.Second

// A state is what is seen of a workload at one moment.
type state struct {
	stamp, braked string
	settled       bool
	// revision is that of CoreDNS's template, whatever the number of replicas.
	revision string
	// replacing says that pods are there, or may be, which an older template has made.
	replacing bool
	// generation and updated tell whether a rollout gets on.
	generation int64
	updated    int32
}

// is reports whether the workload is rolled out with a hash.
func (s state) is(hash string) bool {
	return s.settled && (s.stamp == hash || s.stamp == "" && hash == extraconfig.EmptyHash)
}

// A view is both workloads at one moment.
type view struct{ coreDNS, nodeLocalDNS state }

// look reads both workloads.
func (w *watcher) look(ctx context.Context) (view, error) {
	apps := w.api.AppsV1()
	d, err := apps.Deployments(extraconfig.Namespace).Get(ctx, "coredns", metav1.GetOptions{})
	if err != nil {
		return view{}, err
	}
	n, err := apps.DaemonSets(extraconfig.Namespace).Get(ctx, "node-local-dns", metav1.GetOptions{})
	if err != nil {
		return view{}, err
	}
	replicas := *d.Spec.Replicas
	return view{
		state{
			stamp:    d.Spec.Template.Annotations[extraconfig.HashAnnotation],
			revision: d.Annotations["deployment.kubernetes.io/revision"],
			settled: d.Status.ObservedGeneration == d.Generation && d.Status.UpdatedReplicas == replicas &&
				d.Status.Replicas == replicas && d.Status.AvailableReplicas == replicas,
		},
		state{
			stamp:  n.Spec.Template.Annotations[extraconfig.HashAnnotation],
			braked: n.Annotations["corewarden.io/braked-hash"],
			settled: n.Status.ObservedGeneration == n.Generation && n.Status.NumberAvailable >= n.Status.DesiredNumberScheduled-w.broken &&
				n.Status.UpdatedNumberScheduled == n.Status.DesiredNumberScheduled,
			replacing:  n.Status.ObservedGeneration < n.Generation || n.Status.UpdatedNumberScheduled < n.Status.CurrentNumberScheduled,
			generation: n.Generation,
			updated:    n.Status.UpdatedNumberScheduled,
		},
	}, nil
}

// A watcher looks at both workloads all the time and notes what must not be.
type watcher struct {
	api        kubernetes.Interface
	broken     int32 // nodes on which node-local-dns never starts
	pinned     bool
	violations []string
	stamps     [2]int // of CoreDNS and of node-local-dns
	// crashed is how many pods of node-local-dns crash, by our doing.
	crashed atomic.Int64
	outages
	// staged are the copies of contents that CoreDNS was rolled out with.
	staged map[string]bool
	// told are the pods that were complained about.
	told map[string]bool
}

func (w *watcher) watch(ctx context.Context) {
	var last view
	var coreDNSDone map[string]time.Time // when CoreDNS was last seen rolled out, by stamp
	var coreDNSWas state                 // then
	var began, progress, crash time.Time // of the rollout of node-local-dns: its begin, and when it last got on or had a pod that crashed
	for first := true; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		now, err := w.look(ctx)
		if err != nil {
			continue // the API server is down
		}
		at := time.Now()
		if first {
			first, last, coreDNSDone = false, now, map[string]time.Time{}
		}
		if now.coreDNS.settled {
			coreDNSDone[now.coreDNS.stamp], coreDNSWas = at, now.coreDNS
			w.staged[extraconfig.CopyName(extraconfig.Name, now.coreDNS.stamp)] = true
		}
		w.lookAtMounts(ctx)
		if ours(last.nodeLocalDNS.stamp, now.nodeLocalDNS.stamp) {
			w.stamps[1]++
			braked := now.nodeLocalDNS.braked != "" && now.nodeLocalDNS.braked == last.nodeLocalDNS.stamp
			// Pods that are lost, or wanted more, since the template was rolled out take nothing back.
			still := now.nodeLocalDNS.stamp == coreDNSWas.stamp && now.coreDNS.revision == coreDNSWas.revision
			if done := coreDNSDone[now.nodeLocalDNS.stamp]; !braked && !still && at.Sub(done) > lag {
				w.violations = append(w.violations, fmt.Sprintf("%s: node-local-dns was stamped with %s before CoreDNS was rolled out with it",
					at.Format(time.TimeOnly), now.nodeLocalDNS.stamp))
			}
		}
		if ours(last.coreDNS.stamp, now.coreDNS.stamp) {
			w.stamps[0]++
			// One that gets no further for the deadline, fails, or has a pod that hangs does not hold CoreDNS.
			if !began.IsZero() && at.Sub(began) > lag && at.Sub(crash) > lag && at.Sub(progress) < deadline-lag && !w.hangs(ctx, at, now.nodeLocalDNS.stamp) {
				w.violations = append(w.violations, fmt.Sprintf("%s: CoreDNS was stamped with %s while node-local-dns was being rolled out since %s; it got on %s ago",
					at.Format(time.TimeOnly), now.coreDNS.stamp, at.Sub(began), at.Sub(progress)))
			}
		}
		switch {
		case now.nodeLocalDNS.settled:
			began = time.Time{}
		case began.IsZero() && now.nodeLocalDNS.replacing: // a pod that is deleted and comes back is no rollout
			began, progress = at, at
		case now.nodeLocalDNS.updated > last.nodeLocalDNS.updated || now.nodeLocalDNS.generation != last.nodeLocalDNS.generation:
			progress = at
		}
		if w.crashed.Load() > 0 {
			crash = at
		}
		last = now
	}
}

// hangs reports whether a new pod of node-local-dns has not come up for the soak time, or had not
// just before. Times in the API are in whole seconds, to which the controller keeps as well.
func (w *watcher) hangs(ctx context.Context, at time.Time, stamp string) bool {
	pods, err := w.api.CoreV1().Pods(extraconfig.Namespace).List(ctx, metav1.ListOptions{LabelSelector: nodeLocalDNSPods})
	if err != nil {
		return true // the API server is down
	}
	return slices.ContainsFunc(pods.Items, func(pod corev1.Pod) bool {
		if pod.Annotations[extraconfig.HashAnnotation] != stamp || isBroken(pod.Spec.NodeName) {
			return false
		}
		up := at
		for _, c := range pod.Status.Conditions {
			if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue {
				up = c.LastTransitionTime.Time
			}
		}
		return up.Sub(pod.CreationTimestamp.Time) >= soak && at.Sub(up) <= lag
	})
}

// ours reports whether a stamp was changed, and by the controller.
func ours(before, after string) bool { return before != after && after != "" && after != forged }
