package main

import (
	"io"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Parallel()
	const start = `{"Action":"start","Package":"p"}` + "\n"
	tests := []struct {
		name   string
		stream string
		want   string // the whole report
		err    string // empty when all is well
	}{
		{
			name: "passed tests and subtests are counted and their output dropped",
			stream: start +
				`{"Action":"run","Package":"p","Test":"TestA"}
				{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}
				{"Action":"pass","Package":"p","Test":"TestA/sub"}
				{"Action":"pass","Package":"p","Test":"TestA"}
				{"Action":"pass","Package":"p","Elapsed":1.5}`,
			want: "ok    p: 2 passed in 1.5s\n2 passed, 0 failed\n",
		},
		{
			name: "a failed test is shown with its output",
			stream: start +
				`{"Action":"output","Package":"p","Test":"TestA","Output":"a_test.go:3: boo\n"}
				{"Action":"fail","Package":"p","Test":"TestA"}
				{"Action":"fail","Package":"p"}`,
			want: "\np\na_test.go:3: boo\n\nFAIL  p: 0 passed, 1 failed\nfailed: p TestA\n0 passed, 1 failed\n",
			err:  "1 failed",
		},
		{
			name: "skipped tests are named with their reason",
			stream: start +
				`{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
				{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: no compiler\n"}
				{"Action":"skip","Package":"p","Test":"TestA"}
				{"Action":"output","Package":"p","Test":"TestC/1","Output":"    c_test.go:3: too old\n"}
				{"Action":"skip","Package":"p","Test":"TestC/1"}
				{"Action":"output","Package":"p","Test":"TestC/2","Output":"    c_test.go:3: too old\n"}
				{"Action":"skip","Package":"p","Test":"TestC/2"}
				{"Action":"pass","Package":"p","Test":"TestB"}
				{"Action":"pass","Package":"p","Elapsed":0.002}`,
			want: "ok    p: 1 passed in 2ms\nskipped 1: p TestA: a_test.go:3: no compiler\nskipped 2: p TestC: c_test.go:3: too old\n1 passed, 0 failed\n",
		},
		{
			name: "a package that does not build is one failure",
			stream: `{"ImportPath":"p [p.test]","Action":"build-output","Output":"p.go:1: undefined: x\n"}
				{"ImportPath":"p [p.test]","Action":"build-fail"}
				{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}`,
			want: "p.go:1: undefined: x\nFAIL  p: 0 passed, 1 failed\nfailed: p\n0 passed, 1 failed\n",
			err:  "1 failed",
		},
		{
			name: "a test that a panic or a timeout cut off has failed",
			stream: start +
				`{"Action":"run","Package":"p","Test":"TestA"}
				{"Action":"output","Package":"p","Test":"TestA","Output":"still at it\n"}
				{"Action":"fail","Package":"p"}`,
			want: "\np\nstill at it\n\nFAIL  p: 0 passed, 1 failed\nfailed: p TestA\n0 passed, 1 failed\n",
			err:  "1 failed",
		},
		{
			name: "a package whose end never came has failed",
			stream: start +
				`{"Action":"pass","Package":"p","Test":"TestA"}`,
			want: "FAIL  p: 1 passed, 1 failed\nfailed: p\n1 passed, 1 failed\n",
			err:  "1 failed",
		},
		{
			name:   "runs in a row are added up",
			stream: strings.Repeat(start+`{"Action":"pass","Package":"p","Test":"TestA"}`+"\n"+`{"Action":"pass","Package":"p"}`+"\n", 2),
			want:   "ok    p: 1 passed in 0s\nok    p: 1 passed in 0s\n2 passed, 0 failed\n",
		},
		{
			name:   "what is not an event is passed on",
			stream: "make: *** [Makefile:30: test] Error 1\n{\"a\": 1}\n",
			want:   "make: *** [Makefile:30: test] Error 1\n{\"a\": 1}\n0 passed, 0 failed\n",
			err:    "no test ran",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			err := run(strings.NewReader(tt.stream), &out, "", nil)
			if got := out.String(); got != tt.want {
				t.Errorf("report:\n%s\nwant:\n%s", got, tt.want)
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != tt.err {
				t.Errorf("error %q, want %q", got, tt.err)
			}
		})
	}
}

func TestRunAgain(t *testing.T) {
	t.Parallel()
	const (
		first = `{"Action":"fail","Package":"m/e2e/p","Test":"TestA/sub"}
			{"Action":"fail","Package":"m/e2e/p","Test":"TestA"}
			{"Action":"pass","Package":"m/e2e/p","Test":"TestB"}
			{"Action":"fail","Package":"m/e2e/p"}` + "\n"
		elsewhere = `{"Action":"fail","Package":"m/q","Test":"TestQ"}
			{"Action":"fail","Package":"m/q"}` + "\n"
		noBuild = `{"Action":"fail","Package":"m/e2e/n","FailedBuild":"n"}` + "\n"
		passes  = `{"Action":"pass","Package":"m/e2e/p","Test":"TestA"}
			{"Action":"pass","Package":"m/e2e/p"}` + "\n"
		fails = `{"Action":"fail","Package":"m/e2e/p","Test":"TestA"}
			{"Action":"fail","Package":"m/e2e/p"}` + "\n"
		cutOff = `{"Action":"run","Package":"m/e2e/p","Test":"TestA"}` + "\n"
	)
	many := strings.ReplaceAll(`{"Action":"fail","Package":"m/e2e/p","Test":"Test1"}
		{"Action":"fail","Package":"m/e2e/p","Test":"Test2"}
		{"Action":"fail","Package":"m/e2e/p","Test":"Test3"}
		{"Action":"fail","Package":"m/e2e/p","Test":"Test4"}
		{"Action":"fail","Package":"m/e2e/p"}`+"\n", "\t", "")
	for _, tt := range []struct {
		name, stream, second string
		ran                  int
		want                 string // the end of the report
	}{
		{"what passes then has passed", first, passes, 1, "ok    m/e2e/p: 1 passed in 0s\nfailed, and passed when it was run again: m/e2e/p TestA\n3 passed, 0 failed\n"},
		{"what fails again has failed", first, fails, 1, "failed: m/e2e/p TestA/sub\nfailed: m/e2e/p TestA\n1 passed, 2 failed\n"},
		{"what is cut off has failed", first, cutOff, 1, "1 passed, 2 failed\n"},
		{"what does not run has failed", first, "", 1, "1 passed, 2 failed\n"},
		{"nothing is run again where another test failed", first + elsewhere, passes, 0, "1 passed, 3 failed\n"},
		{"nor where something does not build", first + noBuild, passes, 0, "1 passed, 3 failed\n"},
		{"nor where many failed", many, passes, 0, "0 passed, 4 failed\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			ran := 0
			err := run(strings.NewReader(tt.stream), &out, "m/e2e", func(events io.Writer, f failure) error {
				ran++
				if f != (failure{"m/e2e/p", "TestA"}) {
					t.Errorf("%s is run", f)
				}
				_, err := io.WriteString(events, tt.second)
				return err
			})
			if ran != tt.ran {
				t.Errorf("%d were run again, want %d", ran, tt.ran)
			}
			if !strings.HasSuffix(out.String(), tt.want) {
				t.Errorf("report:\n%s\nwant the end:\n%s", out.String(), tt.want)
			}
			if want := !strings.HasSuffix(tt.want, " 0 failed\n"); (err != nil) != want {
				t.Errorf("error %v, want one: %t", err, want)
			}
		})
	}
}
