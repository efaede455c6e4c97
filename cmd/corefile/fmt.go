package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// A formatter formats what is read.
type formatter struct {
	list, diff, write bool
	stdinName         string
	stdout, stderr    io.Writer
	changed           bool // something was not formatted
}

func newFmt() *cobra.Command {
	var f formatter
	c := &cobra.Command{
		Use:   "fmt [flags] [FILE|FOLDER|-...]",
		Short: "Format Corefiles, in manifests too",
		Long: `Format Corefiles, and those in ConfigMaps of manifests, and print them.

Without a path it reads standard input. In a manifest it changes only literal blocks (|) of the
ConfigMaps that servers load, and no other byte.`,
		RunE: func(c *cobra.Command, args []string) error {
			f.stdout, f.stderr = c.OutOrStdout(), c.ErrOrStderr()
			return f.format(c.InOrStdin(), args)
		},
	}
	flags := c.Flags()
	flags.BoolVar(&f.list, "check", false, "only list the files that are not formatted; exit code 1 if there are any")
	flags.BoolVar(&f.diff, "diff", false, "only show what would change; exit code 1 if anything would")
	flags.BoolVarP(&f.write, "write", "w", false, "write the files instead of printing them")
	flags.StringVar(&f.stdinName, "stdin-name", stdinPath, "the `name` of standard input; .yaml, .yml and .json say that it is a manifest")
	return c
}

// format formats what the paths name.
func (f *formatter) format(stdin io.Reader, paths []string) error {
	if len(paths) == 0 {
		paths = []string{stdinPath}
	}
	if f.write && slices.Contains(paths, stdinPath) {
		return errors.New("--write cannot write standard input: name files")
	}
	r := reader{stdin: stdin, stdinName: f.stdinName, stderr: f.stderr, file: f.file, seen: map[string]bool{}}
	if err := r.readAll(paths); err != nil {
		return err
	}
	if f.changed && (f.list || f.diff) && !f.write {
		return errProblems
	}
	return nil
}

// file formats one file and does with it what the command line says.
func (f *formatter) file(path, content string) error {
	formatted, notes, err := format(path, content)
	if err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintln(f.stderr, "corefile:", note)
	}
	if !f.list && !f.diff && !f.write {
		_, err := io.WriteString(f.stdout, formatted)
		return err
	}
	if formatted == content {
		return nil
	}
	f.changed = true
	if f.list {
		fmt.Fprintln(f.stdout, path)
	}
	if f.diff {
		fmt.Fprint(f.stdout, unifiedDiff(path, content, formatted))
	}
	if f.write {
		return rewrite(path, formatted)
	}
	return nil
}

// rewrite writes a file that is there and keeps its mode.
func rewrite(path, content string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), info.Mode().Perm())
}

// format returns a Corefile or manifest formatted, and notes on what stays as it is.
func format(path, content string) (formatted string, notes []string, err error) {
	if isManifest(path, content) {
		return formatManifest(path, content)
	}
	if formatted, err = corefile.Format(content); err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	return formatted, nil, nil
}

// An edit replaces a part of a manifest.
type edit struct {
	start, end int
	text       string
}

// formatManifest formats the Corefiles in literal blocks of a manifest.
func formatManifest(path, content string) (formatted string, notes []string, err error) {
	var edits []edit
	var errs []error
	err = readManifest(path, content, func(in input) {
		c, found := in.(configMap)
		if !found || !slices.Contains(extraconfig.Bundles(), c.name) {
			return
		}
		for _, key := range c.corefiles() {
			e, note, err := c.format(key)
			errs = append(errs, err)
			if note != "" {
				notes = append(notes, note)
			}
			if e != nil {
				edits = append(edits, *e)
			}
		}
	})
	if err := errors.Join(append(errs, err)...); err != nil {
		return "", nil, err
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	var out strings.Builder
	last := 0
	for _, e := range slices.Compact(edits) { // two keys may be aliases of one text
		out.WriteString(content[last:e.start] + e.text)
		last = e.end
	}
	return out.String() + content[last:], notes, nil
}

// corefiles returns the keys that servers load as Corefiles, as they are written.
func (c configMap) corefiles() []string {
	normal, renames, _ := extraconfig.Cluster{}.Normalise(c.name, c.value)
	written := map[string]string{}
	for _, r := range renames {
		written[r.To] = r.From
	}
	keys := normal.Corefiles()
	for i, key := range keys {
		keys[i] = cmp.Or(written[key], key)
	}
	return keys
}

// yamlBreaks end a line for YAML. For CoreDNS they are white space.
const yamlBreaks = "\u0085\u2028\u2029"

// format returns the edit that formats a key, if it needs one, or a note on why it stays.
func (c configMap) format(key string) (*edit, string, error) {
	value, found := c.value.Data[key]
	if !found {
		return nil, "", nil // in binaryData
	}
	name, node := entry(c.manifest.data, key)
	if name == nil {
		return nil, "", nil
	}
	at := c.manifest.source().NodePlace(name)
	place := fmt.Sprintf("%s:%d:%d: %s", c.path, at.Line, at.Column, key)
	formatted, err := corefile.Format(value)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", place, err)
	}
	if formatted == value || strings.TrimSpace(formatted) == "" || strings.TrimSuffix(formatted, "\n") == value {
		return nil, "", nil
	}
	if strings.ContainsAny(value, yamlBreaks) {
		return nil, place + " is not formatted: it has a character (U+0085, U+2028 or U+2029) that ends a line in YAML only. Remove it", nil
	}
	if text := c.manifest.text(key, node, value); text != nil {
		if start, end, source, possible := text.Replace(formatted); possible {
			return &edit{start, end, source}, "", nil
		}
	}
	return nil, place + " is not formatted: it is no literal block. Write it behind a |", nil
}
