package parts

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgress(t *testing.T) {
	t.Parallel()

	t.Run("status follows the go command's output", func(t *testing.T) {
		t.Parallel()
		p := &progress{name: "greeter"}
		steps := []struct{ output, want string }{
			{"", "looking at its packages (3s)"},
			{"go: downloading example.test/a v1.0.0\ngo: downloading example.test/b v1.0.0\n", "downloaded 2 modules (3s)"},
			{"expect", "compiled 0 of 2 packages (3s)"},
			{"example.test/a\nexample.te", "compiled 1 of 2 packages (3s, less than 1m left)"},
			{"st/b\n", "linking (3s)"},
		}
		for _, step := range steps {
			if step.output == "expect" {
				p.expect(map[string]bool{"example.test/a": true, "example.test/b": true})
			} else if _, err := p.Write([]byte(step.output)); err != nil {
				t.Fatal(err)
			}
			if got := p.status(3 * time.Second); got != step.want {
				t.Errorf("after %q: %q, want %q", step.output, got, step.want)
			}
		}
	})

	t.Run("the time left is told once there is enough to judge by", func(t *testing.T) {
		t.Parallel()
		for _, tt := range []struct {
			compiled int
			want     string
		}{
			{0, ""},
			{99, ""},
			{500, ", about 6m left"},
			{1900, ", less than 1m left"},
		} {
			if got := timeLeft(2*time.Minute, tt.compiled, 2000); got != tt.want {
				t.Errorf("%d of 2000 packages in 2 minutes: %q, want %q", tt.compiled, got, tt.want)
			}
		}
	})

	t.Run("nobody watching gets a line now and then", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			out := new(bytes.Buffer)
			p := startProgress(out, "greeter")
			time.Sleep(2*logInterval + time.Second) // the bubble's clock, not a real one
			p.finish(nil)
			want := "greeter: looking at its packages (0s)\n" +
				"greeter: looking at its packages (15s)\n" +
				"greeter: looking at its packages (30s)\n" +
				"greeter: built in 31s\n"
			if out.String() != want {
				t.Errorf("reported:\n%swant:\n%s", out, want)
			}
		})
	})

	t.Run("only the end of a long output explains a failure", func(t *testing.T) {
		t.Parallel()
		p := &progress{}
		if _, err := p.Write([]byte("the first line\n" + strings.Repeat("another line\n", keptLines))); err != nil {
			t.Fatal(err)
		}
		text := p.explain(errors.New("broken")).Error()
		if strings.Contains(text, "first line") || strings.Count(text, "\n") != keptLines {
			t.Errorf("the error has %d lines, want the last %d", strings.Count(text, "\n"), keptLines)
		}
	})
}
