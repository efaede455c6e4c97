package webhook

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// The API server passes on 4,096 characters of warnings in all. With one more it cuts each of
// them after 256. A write of the ConfigMap is told by two webhooks, which share that.
const (
	roomOfKeys = 1000
	room       = 3000
	roomOfMore = 32 // for the last line, which counts the others
)

// fit returns the warnings for which there is room, the most severe group first, and in a group
// as many as possible. None is cut. The last line counts the others, in the given words.
func fit(room int, more string, groups ...[]string) []string {
	all := slices.Concat(groups...)
	if length(all...) <= room {
		return all
	}
	room -= roomOfMore
	var kept []string
	for _, group := range groups {
		kept = append(kept, shortest(&room, group)...)
	}
	return append(kept, fmt.Sprintf(more, len(all)-len(kept)))
}

// shortest returns as many of some warnings as there is room for, as they follow each other,
// and takes that room.
func shortest(room *int, warnings []string) []string {
	order := make([]int, len(warnings))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return length(warnings[a]) - length(warnings[b]) })
	taken := 0
	for _, i := range order {
		if length(warnings[i]) > *room {
			break
		}
		*room -= length(warnings[i])
		taken++
	}
	order = order[:taken]
	slices.Sort(order)
	kept := make([]string, taken)
	for n, i := range order {
		kept[n] = warnings[i]
	}
	return kept
}

func length(warnings ...string) int {
	n := 0
	for _, w := range warnings {
		n += utf8.RuneCountInString(w)
	}
	return n
}
