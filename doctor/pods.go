package doctor

import (
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

var podsRun = check{
	id:    "pods",
	title: "the webhook's pods run and are ready",
	look: func(_ context.Context, i *installation) outcome {
		if out, outside := i.outside(); outside {
			return out
		}
		name := fmt.Sprintf("Deployment %s/%s", i.Namespace, i.shipped.deployment.Name)
		if err := i.deployment.err; err != nil {
			return unreadable(name, err, failed("there is no "+name+": no webhook runs, and nothing is rolled out", applyAgain))
		}
		d := i.deployment.value
		var out outcome
		for _, c := range d.Status.Conditions {
			if c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue {
				out.fail("no pod can be created: "+c.Message, "kubectl describe deployment "+d.Name+" --namespace="+d.Namespace)
			}
		}
		for _, pod := range i.pods.value {
			i.troubles(&out, pod)
		}
		wanted := int32(1)
		if d.Spec.Replicas != nil {
			wanted = *d.Spec.Replicas
		}
		if ready := d.Status.ReadyReplicas; ready < wanted || wanted == 0 {
			status := Warning
			leads := "the next one that goes takes the guard with it"
			if ready == 0 {
				status, leads = Failed, "every write of the guarded ConfigMaps is refused"
			}
			out.add(status, fmt.Sprintf("%d of %d pods are ready: %s", ready, wanted, leads), i.describePods())
		}
		if len(out.findings) == 0 {
			out.detail = fmt.Sprintf("%d of %d", d.Status.ReadyReplicas, wanted)
		}
		return out
	},
}

func (i *installation) describePods() string {
	return "kubectl describe pods --selector=app.kubernetes.io/name=" + i.shipped.service.Spec.Selector["app.kubernetes.io/name"] + " --namespace=" + i.Namespace
}

// pulling are the reasons for which a container waits for its image.
var pulling = []string{"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable"}

// troubles tells why a pod does not run.
func (i *installation) troubles(out *outcome, pod corev1.Pod) {
	if pod.DeletionTimestamp != nil {
		return
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			out.fail(fmt.Sprintf("pod %s is on no node: %s", pod.Name, c.Message), i.describePods())
		}
	}
	for _, status := range pod.Status.ContainerStatuses {
		waiting := status.State.Waiting
		switch {
		case waiting == nil:
		case slices.Contains(pulling, waiting.Reason):
			out.fail(fmt.Sprintf("the image %s cannot be pulled (%s)", status.Image, waiting.Reason),
				"put the name and tag of an image into the overlay that the nodes can pull: kubectl describe pod "+pod.Name+" --namespace="+pod.Namespace)
		case waiting.Reason == "CrashLoopBackOff":
			out.fail(fmt.Sprintf("pod %s crashes; it has restarted %d times", pod.Name, status.RestartCount),
				"kubectl logs --previous "+pod.Name+" --namespace="+pod.Namespace)
		case waiting.Reason == "CreateContainerConfigError" || waiting.Reason == "CreateContainerError" || waiting.Reason == "RunContainerError":
			out.fail(fmt.Sprintf("pod %s does not start (%s): %s", pod.Name, waiting.Reason, waiting.Message), i.describePods())
		}
	}
}
