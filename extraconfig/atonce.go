package extraconfig

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// worthwhile is how many bytes of text it takes to judge them for several servers at once. For
// less it takes longer to wake another processor than to go on alone.
const worthwhile = 1 << 14

// atOnce calls f with each of all and returns what it returned, in their order. Where that is
// about much text, each runs in a goroutine of its own but for the last. A panic of one is the
// caller's.
func atOnce[T, R any](bytes int, all []T, f func(T) R) []R {
	results, panics := make([]R, len(all)), make([]any, len(all))
	call := func(i int) {
		defer func() {
			if p := recover(); p != nil {
				panics[i] = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
			}
		}()
		results[i] = f(all[i])
	}
	var others sync.WaitGroup
	for i := range all {
		if bytes < worthwhile || i == len(all)-1 {
			call(i)
		} else {
			others.Go(func() { call(i) })
		}
	}
	others.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
	return results
}
