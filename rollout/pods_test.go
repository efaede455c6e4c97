package rollout

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"corewarden/rollout/plan"
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
	pods, going, err := listPods(t.Context(), api, nodeLocalDNS().Spec.Selector, noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(pods) != 1 || pods[0].Name != "stays" {
		t.Errorf("pods %+v, want the one that stays", pods)
	}
	want := []plan.Going{{Since: noon.Add(-30 * time.Second)}, {Since: noon.Add(30 * time.Second)}}
	if !slices.EqualFunc(going, want, func(a, b plan.Going) bool { return a.Since.Equal(b.Since) }) {
		t.Errorf("those that go were told to at %v, want %v: their grace period before they have to be gone", going, want)
	}
}

// TestNewPodsAreOfTheirNodes has a pod of a DaemonSet that is bound to no node yet: its affinity
// names the one it is for.
func TestNewPodsAreOfTheirNodes(t *testing.T) {
	t.Parallel()
	named := func(node string) *corev1.Affinity {
		return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
			NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchFields: []corev1.NodeSelectorRequirement{
				{Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{node}},
			}}},
		}}}
	}
	for _, test := range []struct {
		name string
		spec corev1.PodSpec
		want string
	}{
		{"bound", corev1.PodSpec{NodeName: "a", Affinity: named("b")}, "a"},
		{"not yet", corev1.PodSpec{Affinity: named("b")}, "b"},
		{"of a Deployment", corev1.PodSpec{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := newPod(&corev1.Pod{Spec: test.spec}, noon).Node; got != test.want {
				t.Errorf("node %q, want %q", got, test.want)
			}
		})
	}
}
