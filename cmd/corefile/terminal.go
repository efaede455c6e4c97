package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// colourModes are when to colour, the default first.
var colourModes = []string{"auto", "always", "never"}

// colours reports whether to colour what is written. Without a word on the command line the
// environment decides, and then the terminal: https://no-color.org and https://bixense.com/clicolors.
func colours(mode string, w io.Writer) bool {
	force := os.Getenv("CLICOLOR_FORCE")
	switch {
	case mode != "auto":
		return mode == "always"
	case os.Getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	}
	return os.Getenv("TERM") != "dumb" && isTerminal(w)
}

// A progress tells on a terminal how far a long run is.
type progress struct {
	w    io.Writer // nil where nobody looks
	next time.Time // when to write again
}

// patience is how long a run takes before it tells.
const patience = time.Second

func newProgress(w io.Writer) *progress {
	if !isTerminal(w) {
		return &progress{}
	}
	return &progress{w, time.Now().Add(patience)}
}

func (p *progress) show(done, all int) {
	if p.w == nil || time.Now().Before(p.next) {
		return
	}
	p.next = time.Now().Add(patience / 10)
	fmt.Fprintf(p.w, "\r\x1b[Kcorefile: checked %d of %d", done, all)
}

// end removes the line.
func (p *progress) end() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
