package query_test

import (
	"fmt"
	"strings"
	"testing"

	"corewarden/corefile/query"
)

// manyHosts is a block with so many entries.
func manyHosts(n int) string {
	var text strings.Builder
	text.WriteString("a.org {\n hosts /names {\n")
	for i := range n {
		fmt.Fprintf(&text, "  192.0.%d.%d w%d.a.org\n", i/250, i%250+1, i)
	}
	return text.String() + "  fallthrough\n }\n forward . 192.0.2.53\n}\n"
}

func TestHostsAreReadOnceForAllQuestions(t *testing.T) {
	t.Parallel()
	s := server(t, "1.15.0", manyHosts(3))
	reads := 0
	s.File = func(string) (string, bool) {
		reads++
		return "192.0.2.9 www.a.org", true
	}
	for _, asked := range []struct{ question, want string }{
		{"A www.a.org", "answer; www.a.org. 3600 IN A 192.0.2.9"},
		{"A w2.a.org", "answer; w2.a.org. 3600 IN A 192.0.0.3"},
		{"A x.a.org", "forward; 192.0.2.53"},
	} {
		if got := end(query.System{s}.Ask(s, question(t, asked.question)).End); got != asked.want {
			t.Errorf("%s: %s, want %s", asked.question, got, asked.want)
		}
	}
	if reads != 1 {
		t.Errorf("the file was read %d times", reads)
	}
}

// BenchmarkDiffOfHosts compares two blocks of 2,000 entries, of which one changes.
func BenchmarkDiffOfHosts(b *testing.B) {
	text := manyHosts(2000)
	for b.Loop() {
		before, after := server(b, "1.15.0", text), server(b, "1.15.0", strings.Replace(text, "192.0.4.1 ", "198.51.100.1 ", 1))
		if changes, _ := query.Diff(query.System{before}, query.System{after}, before, after); len(changes) == 0 {
			b.Fatal("nothing changes")
		}
	}
}
