package corefile

// Nearest returns the candidate that word is most likely a misspelling of, or "": the
// one that takes the fewest edits, and at most one edit for every three letters.
func Nearest(word string, candidates []string) string {
	nearest, fewest := "", len(word)/3+1
	if len(word) > maxQuoted {
		return ""
	}
	for _, candidate := range candidates {
		if n := edits(word, candidate); n < fewest {
			nearest, fewest = candidate, n
		}
	}
	return nearest
}

// edits counts the letters to insert, drop, replace or swap with their neighbour to turn
// a into b (the optimal string alignment distance).
func edits(a, b string) int {
	before, previous, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(previous[j+1]+1, row[j]+1, previous[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, previous, row = previous, row, before
	}
	return previous[len(b)]
}
