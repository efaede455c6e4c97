package doctor

import "testing"

// A webhook that observes is not reported as one that is not asked.
func TestNothingIsRejectedWhereTheWebhookObserves(t *testing.T) {
	t.Parallel()
	i := asShipped()
	i.deployment.value = i.shipped.deployment.DeepCopy()
	args := &i.deployment.value.Spec.Template.Spec.Containers[0].Args
	*args = append(*args, "--mode=observe")
	for _, c := range []check{wrongRejected, keysRenamed} {
		if out := c.look(t.Context(), i); out.findings[0].Status != Skipped {
			t.Errorf("%s: %+v", c.id, out.findings)
		}
	}
	if *args = append(*args, "--admission-mode=enforce"); i.observes() {
		t.Error("it observes, though the mode of admission is another")
	}
}
