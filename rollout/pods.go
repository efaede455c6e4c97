package rollout

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// podsPerPage bounds what one answer of the API server holds.
const podsPerPage = 500

// listPods reads the pods that a workload selects, page by page. Those that are going, or
// that the kubelet has given up, are left out: others take their places.
func listPods(ctx context.Context, api client.Reader, selector *metav1.LabelSelector, now time.Time) (pods []plan.Pod, going []plan.Going, err error) {
	labels, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil, nil, err
	}
	for token := ""; ; {
		var page corev1.PodList
		err := api.List(ctx, &page, client.InNamespace(extraconfig.Namespace), client.MatchingLabelsSelector{Selector: labels},
			client.Limit(podsPerPage), client.Continue(token))
		if err != nil {
			return nil, nil, err
		}
		for i := range page.Items {
			switch item := &page.Items[i]; {
			case item.DeletionTimestamp != nil:
				going = append(going, plan.Going{Node: nodeOf(item), Since: toldToGo(item)})
			case item.Status.Phase != corev1.PodFailed && item.Status.Phase != corev1.PodSucceeded:
				pods = append(pods, newPod(item, now))
			}
		}
		if token = page.Continue; token == "" {
			return pods, going, nil
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

// deletePod deletes a pod, if it is still the one that was listed.
func deletePod(ctx context.Context, c client.Client, pod plan.Pod) error {
	uid := types.UID(pod.UID)
	object := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: extraconfig.Namespace, Name: pod.Name}}
	return c.Delete(ctx, object, client.Preconditions{UID: &uid})
}

func newPod(object *corev1.Pod, now time.Time) plan.Pod {
	p := plan.Pod{Name: object.Name, UID: string(object.UID), Node: nodeOf(object), Stamp: object.Annotations[extraconfig.HashAnnotation], Created: object.CreationTimestamp.Time}
	for _, name := range mounted(&object.Spec) {
		if slices.Contains(extraconfig.Bundles(), name) || extraconfig.CopyOf(name) != "" {
			p.Mounts = append(p.Mounts, name)
		}
	}
	for _, condition := range object.Status.Conditions {
		switch {
		case condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue:
			p.Ready, p.UpSince = true, condition.LastTransitionTime.Time
		case condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse:
			p.State, p.Said = condition.Reason, condition.Message
		}
	}
	worst := int32(-1)
	count := func(status corev1.ContainerStatus, mayEnd bool) {
		p.Restarts += status.RestartCount
		if running := status.State.Running; running != nil {
			p.Started = later(p.Started, running.StartedAt.Time)
		}
		ended := status.State.Terminated
		if mayEnd {
			ended = nil
		}
		if ended = cmp.Or(ended, status.LastTerminationState.Terminated); ended != nil {
			p.Ends = append(p.Ends, plan.End{Reason: ended.Reason, ExitCode: ended.ExitCode, Ran: ended.FinishedAt.Sub(ended.StartedAt.Time)})
		}
		waiting := status.State.Waiting
		p.Down = p.Down || waiting != nil && waiting.Reason == "CrashLoopBackOff" || status.State.Terminated != nil && !mayEnd
		if state, said := describe(status); state != "" && status.RestartCount > worst {
			worst, p.State, p.Said = status.RestartCount, state, said
		}
	}
	for _, status := range object.Status.ContainerStatuses {
		count(status, false)
	}
	for _, status := range object.Status.InitContainerStatuses {
		count(status, true)
	}
	if p.UpSince = later(p.UpSince, p.Started); !p.Ready {
		p.UpSince = now
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
