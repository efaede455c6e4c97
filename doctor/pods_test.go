package doctor

import (
	"context"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// running is an installation whose Deployment has so many pods ready.
func running(ready, wanted int32) *installation {
	i := asShipped()
	i.Namespace = "corewarden"
	i.deployment.value = i.shipped.deployment.DeepCopy()
	i.deployment.value.Spec.Replicas = &wanted
	i.deployment.value.Status.ReadyReplicas = ready
	return i
}

func TestPodsThatDoNotRunAreTold(t *testing.T) {
	t.Parallel()
	waits := func(reason string) corev1.PodStatus {
		return corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{
			Image: "corewarden/webhook:typo", RestartCount: 3, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}},
		}}}
	}
	for _, test := range []struct {
		name          string
		ready, wanted int32
		status        corev1.PodStatus
		want          Status
		says          []string
	}{
		{"all are ready", 2, 2, corev1.PodStatus{}, OK, nil},
		{"one is not", 1, 2, corev1.PodStatus{}, Warning, []string{"1 of 2 pods are ready"}},
		{"none is", 0, 2, corev1.PodStatus{}, Failed, []string{"0 of 2", "every write of the guarded ConfigMaps is refused"}},
		{"none is wanted", 0, 0, corev1.PodStatus{}, Failed, []string{"0 of 0"}},
		{"the new version's image is not there", 2, 2, waits("ImagePullBackOff"), Failed, []string{"corewarden/webhook:typo cannot be pulled", "name and tag"}},
		{"a pod crashes", 1, 2, waits("CrashLoopBackOff"), Failed, []string{"restarted 3 times", "kubectl logs --previous"}},
		{"a pod lacks a Secret", 1, 2, waits("CreateContainerConfigError"), Failed, []string{"does not start"}},
		{"a pod has no node", 1, 2, corev1.PodStatus{Conditions: []corev1.PodCondition{{
			Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Message: "0/3 nodes are available",
		}}}, Failed, []string{"on no node: 0/3 nodes"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := running(test.ready, test.wanted)
			i.pods.value = []corev1.Pod{{ObjectMeta: metav1.ObjectMeta{Name: "corewarden-webhook-1"}, Status: test.status}}
			wantOutcome(t, podsRun.look(context.Background(), i), test.want, test.says...)
		})
	}
}

func TestPodsThatCannotBeCreatedAreTold(t *testing.T) {
	t.Parallel()
	i := running(0, 2)
	i.deployment.value.Status.Conditions = []appsv1.DeploymentCondition{{
		Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Message: "pods is forbidden: exceeded quota",
	}}
	wantOutcome(t, podsRun.look(context.Background(), i), Failed, "no pod can be created: pods is forbidden: exceeded quota")
}

func TestFlagsAreJudged(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args []string
		want Status
		says []string
	}{
		{"the shipped ones", nil, OK, nil},
		{"a release that is not known", []string{"--coredns=1.99.0"}, Warning, []string{"--coredns: CoreDNS 1.99.0 is not known", "upgrade Corewarden"}},
		{"no release", []string{"--coredns=newest"}, Failed, []string{"does not start"}},
		{"another account", []string{"--service-account=corewarden/other"}, Failed, []string{"believes to be corewarden/other", "--service-account=corewarden/corewarden"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := running(2, 2)
			if test.args != nil {
				i.deployment.value.Spec.Template.Spec.Containers[0].Args = test.args
			}
			wantOutcome(t, flagsFit.look(context.Background(), i), test.want, test.says...)
		})
	}
}
