package main

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"
)

// output is the form of what a command prints.
type output string

const (
	text     output = "text"
	jsonText output = "json"
)

var _ pflag.Value = (*output)(nil)

func (o *output) bind(flags *pflag.FlagSet) {
	*o = text
	flags.VarP(o, "output", "o", "`form` of the output: text or json")
}

// Set is for pflag.
func (o *output) Set(value string) error {
	if form := output(value); form == text || form == jsonText {
		*o = form
		return nil
	}
	return fmt.Errorf("%q is neither %s nor %s", value, text, jsonText)
}

func (o *output) String() string { return string(*o) }

// Type is for pflag's help.
func (o *output) Type() string { return "form" }

func (o output) write(w io.Writer, it interface {
	WriteText(io.Writer) error
	WriteJSON(io.Writer) error
},
) error {
	if o == jsonText {
		return it.WriteJSON(w)
	}
	return it.WriteText(w)
}
