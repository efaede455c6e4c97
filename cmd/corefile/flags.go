package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"corewarden/corefile"
	"corewarden/corefile/release"
)

// A choice is the value of a flag that is one of a few words.
type choice struct {
	value *string
	words []string
	kind  string // what the words are, for help
}

var _ pflag.Value = choice{}

// choose adds a flag whose value is one of the words. The value is its default.
func choose(c *cobra.Command, value *string, flag, usage string, words ...string) {
	kind, _ := pflag.UnquoteUsage(&pflag.Flag{Usage: usage})
	c.Flags().Var(choice{value, words, kind}, flag, usage+": "+orList(words))
	complete(c, flag, words...)
}

// Set is for pflag.
func (c choice) Set(word string) error {
	if !slices.Contains(c.words, word) {
		return fmt.Errorf("unknown %s %q. Write %s", c.kind, word, orList(c.words))
	}
	*c.value = word
	return nil
}

func (c choice) String() string {
	if c.value == nil { // pflag asks a zero value what the default is
		return ""
	}
	return *c.value
}

// Type is for pflag's help.
func (c choice) Type() string { return c.kind }

// orList joins words as a sentence does.
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// releaseFlags adds the flags that name the releases of the servers.
func releaseFlags(c *cobra.Command, coreDNS, nodeLocalDNS *string, coreDNSUsage, nodeLocalDNSUsage string) {
	c.Flags().StringVar(coreDNS, "coredns", "", coreDNSUsage)
	c.Flags().StringVar(nodeLocalDNS, "node-local-dns", "", nodeLocalDNSUsage)
	completeWith(c, "coredns", func() []string { return versions("CoreDNS") })
	completeWith(c, "node-local-dns", func() []string { return versions("node-cache") })
}

// versions returns the known versions of a server, the newest first.
func versions(server string) []string {
	var of []string
	for _, r := range slices.Backward(release.All()) {
		if version, found := strings.CutPrefix(r.Name, server+" "); found {
			of = append(of, version)
		}
	}
	return of
}

// complete has shells complete the value of a flag.
func complete(c *cobra.Command, flag string, words ...string) {
	completeWith(c, flag, func() []string { return words })
}

// completeWith does so with words that are worked out when a shell asks.
func completeWith(c *cobra.Command, flag string, words func() []string) {
	err := c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words(), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	})
	if err != nil {
		panic(err) // cannot be: the flag was added just now
	}
}

// completeFirst has shells complete the only argument.
func completeFirst(words func() []cobra.Completion) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words(), cobra.ShellCompDirectiveNoFileComp
	}
}

// atMostOne is the error of a second argument.
func atMostOne(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > 1 {
			return fmt.Errorf("%s takes at most one %s, not %q", c.Name(), what, args)
		}
		return nil
	}
}

// flagError says what is wrong with a flag.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &invalid):
		return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, invalid.Unwrap())
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedShortnames() // all that follows one dash
		if name == "" {
			name = unknown.GetSpecifiedName()
		}
		name, _, _ = strings.Cut(name, "=")
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if nearest := corefile.Nearest(name, names); nearest != "" {
			return fmt.Errorf("unknown flag %q; did you mean \"--%s\"?", "--"+name, nearest)
		}
		return fmt.Errorf("unknown flag %q. %q lists the flags", "--"+name, c.CommandPath()+" --help")
	}
	return err
}

// withTwoDashes gives the flags of the command that the arguments name two dashes where they
// have one, as before there were two, and returns which.
func withTwoDashes(root *cobra.Command, args []string) (result, rewritten []string) {
	c, _, err := root.Find(args)
	if err != nil {
		return args, nil
	}
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	result = slices.Clone(args)
	for i := 0; i < len(result) && result[i] != "--"; i++ {
		name, _, given := strings.Cut(strings.TrimLeft(result[i], "-"), "=")
		flag := c.Flags().Lookup(name)
		if flag == nil || len(name) < 2 || !strings.HasPrefix(result[i], "-") {
			continue
		}
		if !strings.HasPrefix(result[i], "--") {
			result[i] = "-" + result[i]
			rewritten = append(rewritten, "--"+name)
		}
		if !given && flag.NoOptDefVal == "" {
			i++ // its value
		}
	}
	return result, rewritten
}
