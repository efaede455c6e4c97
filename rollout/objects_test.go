package rollout

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

const (
	example   = "example.org {\n    forward . 192.0.2.1\n}\n"
	commented = "# our own zone\nexample.org {\n\n    forward . 192.0.2.1 # the office\n}\n"
	other     = "example.com {\n    forward . 192.0.2.2\n}\n"
	fixed     = "example.net {\n    forward . 192.0.2.3\n}\n"
	typo      = "example.org {\n    forwrad . 192.0.2.1\n}\n"
)

func hashOf(corefile string) string {
	return extraconfig.ConfigMap{Data: map[string]string{"Corefile": corefile}}.Hash()
}

// A recorder keeps events as "type reason on name (with related): note".
type recorder struct{ events []string }

func (r *recorder) Eventf(regarding, related runtime.Object, eventType, reason, action, note string, args ...any) {
	on := regarding.(client.Object).GetName()
	if related != nil {
		on += " (with " + related.(client.Object).GetName() + ")"
	}
	r.events = append(r.events, fmt.Sprintf("%s %s on %s: %s", eventType, reason, on, fmt.Sprintf(note, args...)))
}

func configMap(corefile string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "dns-extra-configs", UID: "configmap"},
		Data:       map[string]string{"Corefile": corefile},
	}
}

func coredns() *appsv1.Deployment {
	replicas := int32(2)
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "coredns", UID: "deployment", Generation: 1},
		Spec:       appsv1.DeploymentSpec{Replicas: &replicas, Selector: selecting("coredns"), Template: template("coredns")},
		Status: appsv1.DeploymentStatus{
			ObservedGeneration: 1, Replicas: replicas, UpdatedReplicas: replicas, AvailableReplicas: replicas,
		},
	}
}

// nodes is how many nodes the cluster has.
const nodes = 4

func nodeLocalDNS() *appsv1.DaemonSet {
	return &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "node-local-dns", UID: "daemonset", Generation: 1},
		Spec:       appsv1.DaemonSetSpec{Selector: selecting("node-local-dns"), Template: template("node-local-dns")},
		Status: appsv1.DaemonSetStatus{
			ObservedGeneration: 1, DesiredNumberScheduled: nodes, UpdatedNumberScheduled: nodes, NumberAvailable: nodes,
		},
	}
}

func selecting(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}
}

func template(name string) corev1.PodTemplateSpec {
	optional := true
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": name}},
		Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Name: "dns", Image: name + ":1"}},
			Volumes: []corev1.Volume{{Name: "extra", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: "dns-extra-configs"}, Optional: &optional,
			}}}},
		},
	}
}
