package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newMan is for those who package corefile.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "Write the manual pages into a folder",
		Hidden: true,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("write: corefile man FOLDER")
			}
			c.Root().InitDefaultHelpFlag()
			c.Root().InitDefaultVersionFlag()
			for _, about := range append([]*cobra.Command{c.Root()}, c.Root().Commands()...) {
				if about.Name() == "help" || about.Hidden {
					continue
				}
				about.InitDefaultHelpFlag()
				if err := writeManual(filepath.Join(args[0], manualName(about)+".1"), about); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// manualName is what man calls the page of a command: corefile-check.
func manualName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

func writeManual(path string, c *cobra.Command) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	printManual(file, c)
	return file.Close()
}

// printManual writes a page in the macros of man(7). It has no date, so the same commit makes
// the same bytes.
func printManual(w io.Writer, c *cobra.Command) {
	name := manualName(c)
	fmt.Fprintf(w, ".TH %s 1 \"\" \"corefile %s\"\n", strings.ToUpper(roff(name)), roff(c.Root().Version))
	fmt.Fprintf(w, ".SH NAME\n%s \\- %s\n", roff(name), roff(c.Short))
	fmt.Fprintf(w, ".SH SYNOPSIS\n.B %s\n", roff(c.UseLine()))
	if c.Long != "" {
		fmt.Fprintf(w, ".SH DESCRIPTION\n%s\n", strings.ReplaceAll(roff(c.Long), "\n\n", "\n.PP\n"))
	}
	if !c.HasParent() {
		fmt.Fprint(w, ".SH COMMANDS\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(w, ".TP\n.BR %s (1)\n%s\n", roff(manualName(sub)), roff(sub.Short))
			}
		}
	}
	fmt.Fprint(w, ".SH OPTIONS\n")
	c.Flags().VisitAll(func(f *pflag.Flag) { printOption(w, f) })
	if c.HasExample() {
		fmt.Fprintf(w, ".SH EXAMPLES\n.nf\n%s\n.fi\n", roff(c.Example))
	}
	if c.HasParent() {
		fmt.Fprintf(w, ".SH SEE ALSO\n.BR %s (1)\n", roff(manualName(c.Parent())))
	}
}

func printOption(w io.Writer, f *pflag.Flag) {
	value, usage := pflag.UnquoteUsage(f)
	head := "\\fB" + roff("--"+f.Name) + "\\fR"
	if f.Shorthand != "" {
		head = "\\fB" + roff("-"+f.Shorthand) + "\\fR, " + head
	}
	if value != "" {
		head += " \\fI" + roff(value) + "\\fR"
	}
	if value != "" && f.DefValue != "" && !strings.Contains(usage, "(default") {
		usage += " (default " + f.DefValue + ")"
	}
	fmt.Fprintf(w, ".TP\n%s\n%s\n", head, roff(usage))
}

// roff writes a text so that troff shows it as it is.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
