package rollout

import (
	"reflect"
	"testing"
)

func TestALookSaysWhatTheLeaderWouldDoAndDoesNotDoIt(t *testing.T) {
	t.Parallel()
	c := staged(t)
	look := func(corefile string, want ...Stage) {
		t.Helper()
		stages, err := Look(t.Context(), c.api, c.snapshot(), c.policy, c.clock)
		if err != nil {
			t.Fatal(err)
		}
		for n, s := range stages {
			s.Why, s.Remedy = "", ""
			want[n].Stamp, want[n].Want = hashOf(example), hashOf(corefile)
			if !reflect.DeepEqual(s, want[n]) {
				t.Errorf("stage\n%+v\nwant\n%+v", s, want[n])
			}
		}
		c.wantPatches(0)
	}
	look(example, Stage{Kind: "Deployment", Name: "coredns", Phase: "done"}, Stage{Kind: "DaemonSet", Name: "node-local-dns", Phase: "done"})
	c.write(other)
	look(other, Stage{Kind: "Deployment", Name: "coredns", Phase: "waiting"}, Stage{Kind: "DaemonSet", Name: "node-local-dns", Phase: "waiting"})
	c.write(typo)
	look(typo, Stage{Kind: "Deployment", Name: "coredns", Phase: "held", Reason: "InvalidContent"},
		Stage{Kind: "DaemonSet", Name: "node-local-dns", Phase: "held", Reason: "InvalidContent"})
}
