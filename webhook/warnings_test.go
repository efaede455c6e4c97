package webhook

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestWarningsFit says which warnings are left out where there is no room for all of them. In
// the table a warning is its length.
func TestWarningsFit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		groups [][]int
		want   []int
		more   string
	}{
		{"none", nil, nil, ""},
		{"all that fit", [][]int{{50, 20}, {30}}, []int{50, 20, 30}, ""},
		{"the longest of a group goes", [][]int{{20, 50, 31}}, []int{20, 31}, "1 more"},
		{"the most severe group comes first", [][]int{{60}, {10, 40}}, []int{60}, "2 more"},
		{"one that never fits is not cut", [][]int{{500}, {30}}, []int{30}, "1 more"},
		{"what is left is counted", [][]int{{40, 40}, {40, 40}}, []int{40}, "3 more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var groups [][]string
			for i, lengths := range test.groups {
				var group []string
				for _, n := range lengths {
					group = append(group, strings.Repeat(string(rune('ä'+i)), n)) // of two bytes
				}
				groups = append(groups, group)
			}
			got := fit(100, "%d more", groups...)
			if test.more != "" {
				if last := len(got) - 1; last < 0 || got[last] != test.more {
					t.Fatalf("the last line of %q is not %q", got, test.more)
				}
				got = got[:len(got)-1]
			}
			var lengths []int
			for _, w := range got {
				lengths = append(lengths, length(w))
			}
			if !slices.Equal(lengths, test.want) {
				t.Errorf("it keeps %v, want %v", fmt.Sprint(lengths), test.want)
			}
		})
	}
}
