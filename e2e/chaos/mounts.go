package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/extraconfig"
)

// outages are the times in which no webhook may have answered.
type outages struct {
	sync.Mutex
	all [][2]time.Time // from and to; zero is that it goes on
}

// outage begins one, or ends it.
func (o *outages) outage(begins bool) {
	o.Lock()
	defer o.Unlock()
	goesOn := len(o.all) > 0 && o.all[len(o.all)-1][1].IsZero()
	switch {
	case begins && !goesOn:
		o.all = append(o.all, [2]time.Time{time.Now()})
	case !begins && goesOn:
		o.all[len(o.all)-1][1] = time.Now()
	}
}

// during reports whether something may have happened in an outage.
func (o *outages) during(at time.Time) bool {
	o.Lock()
	defer o.Unlock()
	return slices.ContainsFunc(o.all, func(out [2]time.Time) bool {
		return at.After(out[0].Add(-lag)) && (out[1].IsZero() || at.Before(out[1].Add(lag)))
	})
}

// lookAtMounts notes pods that mount what was not staged for them: not the copy for their
// stamp nor, of node-local-dns, that of content that CoreDNS was rolled out with, which one node
// tries. Where no webhook answered, a pod mounts the ConfigMap itself.
func (w *watcher) lookAtMounts(ctx context.Context) {
	if !w.pinned {
		return
	}
	pods, err := w.api.CoreV1().Pods(extraconfig.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return // the API server is down
	}
	for _, pod := range pods.Items {
		mounts, stamp := mountOf(pod), pod.Annotations[extraconfig.HashAnnotation]
		own := extraconfig.CopyName(extraconfig.Name, stamp)
		staged := pod.Labels["k8s-app"] == "node-local-dns" && w.staged[mounts]
		excused := mounts == extraconfig.Name && (w.during(pod.CreationTimestamp.Time) || own == "")
		if mounts == "" || mounts == own || staged || excused || w.told[pod.Name] {
			continue
		}
		w.told[pod.Name] = true
		w.violations = append(w.violations, fmt.Sprintf("%s: pod %s, which was created at %s with the stamp %s, mounts %s",
			time.Now().Format(time.TimeOnly), pod.Name, pod.CreationTimestamp.Format(time.TimeOnly), stamp, mounts))
	}
}

// mounts reports whether all pods mount what was staged for a hash, where they are pinned.
func (w *watcher) mounts(ctx context.Context, hash string) (bool, error) {
	if !w.pinned {
		return true, nil
	}
	pods, err := w.api.CoreV1().Pods(extraconfig.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(pods.Items, func(pod corev1.Pod) bool {
		mounts := mountOf(pod)
		return mounts != "" && mounts != extraconfig.CopyName(extraconfig.Name, hash) && pod.DeletionTimestamp == nil
	}), nil
}

// mountOf returns the ConfigMap, or the copy, that a pod of DNS mounts.
func mountOf(pod corev1.Pod) string {
	for _, volume := range pod.Spec.Volumes {
		if volume.Name == extraconfig.Name && volume.ConfigMap != nil {
			return volume.ConfigMap.Name
		}
	}
	return ""
}
