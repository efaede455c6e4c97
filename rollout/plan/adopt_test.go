package plan

import (
	"testing"
	"time"
)

// Where nothing was ever stamped, what all pods have loaded for certain is not rolled out again.
func TestAdoption(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	never := func(pods ...Pod) *State {
		return with(settled("", 0, pods...), func(s *State) { s.StampedAt = time.Time{} })
	}
	written := func(since time.Duration) Goal { return Goal{Hash: "new", Written: ago(since)} }
	reloading := func(since time.Duration) Goal {
		return Goal{Hash: "new", Written: ago(since), Reloads: 2 * time.Minute}
	}
	for _, tc := range []struct {
		name  string
		adopt Adoption
		goal  Goal
		w     *State
		want  string
	}{
		{"all pods started after the content was written", AdoptAuto, written(hour), never(up("", 50*time.Minute), up("", time.Minute)), "done: adopt"},
		{"one started before", AdoptAuto, written(hour), never(up("", 2*hour), up("", time.Minute)), "stamp new"},
		{"one started so soon that the kubelet may have mounted what was there before", AdoptAuto, written(hour), never(up("", 58*time.Minute)), "stamp new"},
		{"one crashes", AdoptAuto, written(hour), never(up("", time.Minute), looping("", time.Minute)), "stamp new"},
		{"one is missing", AdoptAuto, written(hour), with(never(up("", time.Minute)), func(s *State) { s.Settled = false }), "stamp new"},
		{"nobody knows when it was written", AdoptAuto, Goal{Hash: "new"}, never(up("", time.Minute)), "stamp new"},
		{"reload has had its time", AdoptAuto, reloading(hour), never(up("", 2*hour)), "done: adopt"},
		{"reload takes longer", AdoptAuto, Goal{Hash: "new", Written: ago(hour), Reloads: 2 * hour}, never(up("", 2*hour)), "stamp new"},
		{"reload has not", AdoptAuto, reloading(time.Minute), never(up("", 2*hour)), "stamp new"},
		{"never", AdoptNever, written(hour), never(up("", time.Minute)), "stamp new"},
		{"always", AdoptAlways, written(time.Second), never(up("", hour)), "done: adopt"},
		{"not what a server would not start on", AdoptAlways, Goal{Hash: "new", Invalid: "bad"}, never(up("", hour)), "held InvalidContent"},
		{"not nothing", AdoptAlways, Goal{Hash: "none", Empty: true}, never(up("", hour)), "done"},
		{"not where something was stamped", AdoptAlways, written(hour), completed("old"), "stamp new"},
		{"it is done from then on", AdoptNever, Goal{Hash: "new"}, with(never(up("", hour)), func(s *State) { s.Record = Record{Completed: "new", Adopted: true} }), "done"},
		{"until there is another goal", AdoptAlways, Goal{Hash: "newer"}, with(never(up("", hour)), func(s *State) { s.Record = Record{Completed: "new", Adopted: true} }), "stamp newer"},
		{"a stamp that another writer took away is none that was adopted", AdoptNever, Goal{Hash: "new"}, with(never(up("", hour)), func(s *State) { s.Record.Completed = "new" }), "stamp new"},
		{"what was held in between is watched", AdoptNever, Goal{Hash: "new"}, with(never(up("", hour)), func(s *State) { s.Record = Record{Completed: "new", Adopted: true, Reopened: true} }), "done: conclude"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := policy
			p.Adopt = tc.adopt
			v, _ := Make(noon, Goals{tc.goal, tc.goal}, tc.w, nil, p)
			if inShort(v) != tc.want {
				t.Errorf("%s (%s), want %s", inShort(v), v.Why, tc.want)
			}
			if v.Step == Adopt && v.Record.Completed != "new" || v.Step == Conclude && v.Record.Completed != "new" {
				t.Errorf("keeps %+v", v.Record)
			}
		})
	}
}
