package rollout

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

func TestPodsThatGoAreNotListed(t *testing.T) {
	t.Parallel()
	grace := int64(30)
	object := func(name string, deleted *metav1.Time) *corev1.Pod {
		return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
			Namespace: "kube-system", Name: name, Labels: nodeLocalDNS().Spec.Template.Labels,
			DeletionTimestamp: deleted, DeletionGracePeriodSeconds: &grace, Finalizers: []string{"example.org/slow"},
		}}
	}
	api := fake.NewClientBuilder().WithObjects(
		object("first", &metav1.Time{Time: noon}), object("last", &metav1.Time{Time: noon.Add(time.Minute)}), object("stays", nil),
	).Build()
	pods, leaving, err := listPods(t.Context(), api, nodeLocalDNS().Spec.Selector, noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(pods) != 1 || pods[0].Name != "stays" {
		t.Errorf("pods %+v, want the one that stays", pods)
	}
	if want := noon.Add(30 * time.Second); !leaving.Equal(want) {
		t.Errorf("the last was told to go at %s, want %s: its grace period before it has to be gone", leaving, want)
	}
}
