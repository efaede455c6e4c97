package extraconfig

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestAtOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 5} {
		all := make([]int, n)
		want := make([]string, n)
		for i := range all {
			all[i], want[i] = i, fmt.Sprint(i)
		}
		var waiting sync.WaitGroup
		waiting.Add(n)
		got := atOnce(worthwhile, all, func(i int) string {
			waiting.Done()
			waiting.Wait() // for the others, which run at the same time
			return fmt.Sprint(i)
		})
		if !slices.Equal(got, want) {
			t.Errorf("of %d: got %v", n, got)
		}
	}
}

// TestAtOncePanicsInItsCaller, where the webhook recovers.
func TestAtOncePanicsInItsCaller(t *testing.T) {
	t.Parallel()
	for _, bytes := range []int{0, worthwhile} {
		for which := range 3 {
			text := recovered(func() {
				atOnce(bytes, []int{0, 1, 2}, func(i int) int {
					if i == which {
						panic(fmt.Sprintf("number %d", i))
					}
					return i
				})
			})
			if !strings.HasPrefix(text, fmt.Sprintf("number %d\n", which)) || !strings.Contains(text, "atonce_test.go") {
				t.Errorf("panic of %d of %d bytes: got %q, want it with its stack", which, bytes, text)
			}
		}
	}
}

// recovered returns what f panics with.
func recovered(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return ""
}
