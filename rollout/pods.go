package rollout

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

// podsPerPage bounds what one answer of the API server holds.
const podsPerPage = 500

// A pod is what is kept of a workload's pod.
type pod struct {
	name    string
	stamp   string
	created time.Time
	ready   bool
	// upSince is when it last became ready or last started a container, and the time of
	// looking where it is not ready.
	upSince  time.Time
	restarts int32
	// down says that a container has ended or waits to be started again after a crash.
	down bool
	// started is when its last container started.
	started time.Time
	// state is the state of its worst container in words that quote nothing, said what
	// the container or the kubelet said in addition.
	state, said string
}

// crashed reports whether one of the pod's containers has ended and has not run long
// enough since, and, where it runs, until when that counts.
func (p pod) crashed(now time.Time) (until time.Time, crashed bool) {
	if p.down {
		return time.Time{}, true
	}
	if end := p.started.Add(recovery); p.restarts > 0 && now.Before(end) {
		return end, true
	}
	return time.Time{}, false
}

// trouble says how the pod is, without what it said.
func (p pod) trouble() string {
	text := "pod " + p.name
	switch {
	case p.restarts > 1:
		text += fmt.Sprintf(" has restarted %d times", p.restarts)
	case p.restarts == 1:
		text += " has restarted once"
	case p.down: // and has not been started again yet
		text += " has crashed"
	case !p.ready:
		text += " is not ready"
	}
	if p.state != "" {
		text += " (" + p.state + ")"
	}
	return text
}

// listPods reads the pods that a workload selects, page by page. Those that are going, or
// that the kubelet has given up, are left out: others take their places. Leaving is when
// the last of those that are going was told to.
func listPods(ctx context.Context, api client.Reader, selector *metav1.LabelSelector, now time.Time) (pods []pod, leaving time.Time, err error) {
	labels, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil, leaving, err
	}
	for token := ""; ; {
		var page corev1.PodList
		err := api.List(ctx, &page, client.InNamespace(extraconfig.Namespace), client.MatchingLabelsSelector{Selector: labels},
			client.Limit(podsPerPage), client.Continue(token))
		if err != nil {
			return nil, leaving, err
		}
		for i := range page.Items {
			switch item := &page.Items[i]; {
			case item.DeletionTimestamp != nil:
				leaving = later(leaving, toldToGo(item))
			case item.Status.Phase != corev1.PodFailed && item.Status.Phase != corev1.PodSucceeded:
				pods = append(pods, newPod(item, now))
			}
		}
		if token = page.Continue; token == "" {
			return pods, leaving, nil
		}
	}
}

// toldToGo returns when a pod that is going was told to: its DeletionTimestamp is when it
// has to be gone.
func toldToGo(object *corev1.Pod) time.Time {
	grace := int64(0)
	if object.DeletionGracePeriodSeconds != nil {
		grace = *object.DeletionGracePeriodSeconds
	}
	return object.DeletionTimestamp.Add(-time.Duration(grace) * time.Second)
}

func newPod(object *corev1.Pod, now time.Time) pod {
	p := pod{name: object.Name, stamp: object.Annotations[extraconfig.HashAnnotation], created: object.CreationTimestamp.Time}
	for _, condition := range object.Status.Conditions {
		switch {
		case condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue:
			p.ready, p.upSince = true, condition.LastTransitionTime.Time
		case condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse:
			p.state, p.said = condition.Reason, condition.Message
		}
	}
	worst := int32(-1)
	count := func(status corev1.ContainerStatus, mayEnd bool) {
		p.restarts += status.RestartCount
		if running := status.State.Running; running != nil {
			p.started = later(p.started, running.StartedAt.Time)
		}
		waiting := status.State.Waiting
		p.down = p.down || waiting != nil && waiting.Reason == "CrashLoopBackOff" || status.State.Terminated != nil && !mayEnd
		if state, said := describe(status); state != "" && status.RestartCount > worst {
			worst, p.state, p.said = status.RestartCount, state, said
		}
	}
	for _, status := range object.Status.ContainerStatuses {
		count(status, false)
	}
	for _, status := range object.Status.InitContainerStatuses {
		count(status, true)
	}
	if p.upSince = later(p.upSince, p.started); !p.ready {
		p.upSince = now
	}
	return p
}

// describe says what is wrong with a container, or was: its last end if there was one.
func describe(status corev1.ContainerStatus) (state, said string) {
	for _, end := range []*corev1.ContainerStateTerminated{status.State.Terminated, status.LastTerminationState.Terminated} {
		if end != nil {
			return fmt.Sprintf("container %s: %s, exit code %d", status.Name, end.Reason, end.ExitCode), end.Message
		}
	}
	if waiting := status.State.Waiting; waiting != nil {
		return fmt.Sprintf("container %s: %s", status.Name, waiting.Reason), waiting.Message
	}
	return "", ""
}
