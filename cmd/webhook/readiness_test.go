package main

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/go-logr/logr/funcr"
)

func TestReadinessIsLoggedWhenItChanges(t *testing.T) {
	t.Parallel()
	var lines []string
	logger := funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})
	var now error
	check := logged(logger, func(*http.Request) error { return now })
	a, b := errors.New("a"), errors.New("b")
	for _, now = range []error{nil, a, a, a, b, a, nil, nil, a} {
		if err := check(nil); !errors.Is(err, now) {
			t.Errorf("the check says %v, not %v", err, now)
		}
	}
	want := []string{
		`"level"=0 "msg"="Not ready" "reason"="a"`,
		`"level"=0 "msg"="Not ready" "reason"="b"`,
		`"level"=0 "msg"="Not ready" "reason"="a"`,
		`"level"=0 "msg"="Ready"`,
		`"level"=0 "msg"="Not ready" "reason"="a"`,
	}
	if !slices.Equal(lines, want) {
		t.Errorf("logged is\n%q\nwant\n%q", lines, want)
	}
}
