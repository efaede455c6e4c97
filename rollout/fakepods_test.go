package rollout

import (
	"cmp"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/cluster"
)

// fakePods are Kubernetes' controllers and kubelets: each second they replace the pods of
// each workload as its status allows, one at a time.
type fakePods struct {
	// crash names "workload content", such as "coredns " + other, on which pods crash, and
	// "workload node"; a pod loads what the ConfigMap holds when it starts.
	crash map[string]bool
	// stuck names workloads whose pods do not become ready, and nodes on which none does.
	stuck map[string]bool
	count int
	// noWebhook says that no webhook answers when a pod is created.
	noWebhook bool
	// restarting are the workloads whose pods were not all up after the last step.
	restarting map[string]bool
	// both says that all were restarting at once, at least once.
	both bool
	// changed says that the last step changed something.
	changed bool
}

// It reports whether that changed anything.
func (f *fakePods) step(c *fakeCluster) (changed bool) {
	f.changed = false
	f.restarting = map[string]bool{}
	var deployment appsv1.Deployment
	if f.find(c, &deployment, "coredns") {
		replicas := int(*deployment.Spec.Replicas)
		updated, ready := f.replace(c, "coredns", deployment.Spec.Template, replicas, deployment.Spec.Paused)
		status := appsv1.DeploymentStatus{
			ObservedGeneration: deployment.Generation, Replicas: int32(replicas), UpdatedReplicas: int32(updated), AvailableReplicas: int32(ready),
		}
		if !equality.Semantic.DeepEqual(status, deployment.Status) {
			deployment.Status, f.changed = status, true
			c.updateStatus(&deployment)
		}
	}
	var daemonSet appsv1.DaemonSet
	if f.find(c, &daemonSet, "node-local-dns") {
		onDelete := daemonSet.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType
		updated, ready := f.replace(c, "node-local-dns", daemonSet.Spec.Template, nodes, onDelete)
		status := appsv1.DaemonSetStatus{
			ObservedGeneration: daemonSet.Generation, DesiredNumberScheduled: nodes, UpdatedNumberScheduled: int32(updated), NumberAvailable: int32(ready),
		}
		if !equality.Semantic.DeepEqual(status, daemonSet.Status) {
			daemonSet.Status, f.changed = status, true
			c.updateStatus(&daemonSet)
		}
	}
	f.both = f.both || len(f.restarting) == 2
	return f.changed
}

func (f *fakePods) find(c *fakeCluster, object client.Object, name string) bool {
	err := c.api.Get(c.t.Context(), types.NamespacedName{Namespace: "kube-system", Name: name}, object)
	if client.IgnoreNotFound(err) != nil {
		c.t.Fatal(err)
	}
	return err == nil
}

// replace brings pods that were created a step ago up or down, and replaces one that is
// out of date if no other is down.
func (f *fakePods) replace(c *fakeCluster, workload string, template corev1.PodTemplateSpec, want int, keep bool) (updated, ready int) {
	stamp := template.Annotations["corewarden.io/config-hash"]
	var pods corev1.PodList
	if err := c.api.List(c.t.Context(), &pods, client.MatchingLabels(template.Labels)); err != nil {
		c.t.Fatal(err)
	}
	var old []*corev1.Pod
	down := 0
	for i := range pods.Items {
		pod := &pods.Items[i]
		f.kubelet(c, workload, pod)
		switch {
		case isReady(pod):
			ready++
		case f.stuck[pod.Spec.NodeName]: // nobody waits for that
		default:
			down++
			f.restarting[workload] = true
		}
		if pod.Annotations["corewarden.io/config-hash"] == stamp {
			updated++
		} else {
			old = append(old, pod)
		}
	}
	for i := range want {
		node := fmt.Sprint("node-", i)
		if !slices.ContainsFunc(pods.Items, func(pod corev1.Pod) bool { return pod.Spec.NodeName == node }) {
			f.create(c, workload, template, node)
			updated, down = updated+1, down+1
			f.restarting[workload] = true
		}
	}
	for _, pod := range old {
		if keep || isReady(pod) && down > 0 {
			continue
		}
		c.delete(pod)
		f.create(c, workload, template, pod.Spec.NodeName)
		f.restarting[workload] = true
		if updated++; isReady(pod) {
			ready, down = ready-1, down+1
		}
	}
	return updated, ready
}

func (f *fakePods) create(c *fakeCluster, workload string, template corev1.PodTemplateSpec, node string) {
	f.count++
	f.changed = true
	pod := corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: "kube-system", Name: fmt.Sprintf("%s-%d", workload, f.count), UID: types.UID(fmt.Sprint(f.count)), CreationTimestamp: metav1.Time{Time: c.clock},
		Labels: template.Labels, Annotations: template.Annotations,
	}, Spec: *template.Spec.DeepCopy()}
	pod.Spec.NodeName = node
	if workload == cluster.DaemonSet {
		controls := true
		pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "DaemonSet", Name: workload, UID: "daemonset", Controller: &controls}}
	}
	if c.policy.Pinned && !f.noWebhook {
		copies, err := CopiesFor(c.t.Context(), c.api, &pod)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, volume := range pod.Spec.Volumes {
			volume.ConfigMap.Name = cmp.Or(copies[volume.ConfigMap.Name], volume.ConfigMap.Name)
		}
	}
	c.create(&pod)
}

// kubelet starts a new pod's container, which comes up or crashes, and one that has crashed
// as soon as that helps.
func (f *fakePods) kubelet(c *fakeCluster, workload string, pod *corev1.Pod) {
	statuses := pod.Status.ContainerStatuses
	if f.stuck[workload] || f.stuck[pod.Spec.NodeName] || len(statuses) > 0 && statuses[0].State.Running != nil {
		return
	}
	loaded := ""
	var cm corev1.ConfigMap
	if f.find(c, &cm, pod.Spec.Volumes[0].ConfigMap.Name) {
		loaded = cm.Data["Corefile"]
	}
	now := metav1.Time{Time: c.clock}
	switch crashes := f.crash[workload+" "+loaded] || f.crash[workload+" "+pod.Spec.NodeName]; {
	case crashes && len(statuses) > 0:
		return // again
	case crashes:
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
			Name: "dns", RestartCount: 1,
			State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: "back-off 10s"}},
			LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
				Reason: "Error", ExitCode: 1, Message: "plugin/forward: s3cr3t", FinishedAt: now,
			}},
		}}
	default:
		up := corev1.ContainerStatus{Name: "dns"}
		if len(statuses) > 0 {
			up = statuses[0]
		}
		up.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}}
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{up}
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: now}}
	}
	f.changed = true
	c.updateStatus(pod)
}

func isReady(pod *corev1.Pod) bool { return len(pod.Status.Conditions) > 0 }
