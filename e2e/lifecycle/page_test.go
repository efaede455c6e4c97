package lifecycle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A page is one of the documentation: its commands by section, and the files that it has
// the reader write.
type page struct {
	name     string
	sections map[string][]command // by heading
	files    map[string]string    // by path
}

// A command is a line of a console block that begins with "$ ".
type command struct {
	line   string
	output string // what the page shows after it, if anything; "…" at its end is any rest
}

// readPage reads a page by its path in the repository. A YAML block whose first line is a
// comment with a path is a file.
func readPage(t *testing.T, name string) page {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	p := page{name: name, sections: map[string][]command{}, files: map[string]string{}}
	heading, block, language := "", "", ""
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, "```") && language == "":
			language, block = strings.TrimSpace(strings.TrimPrefix(line, "```"))+" ", ""
		case strings.HasPrefix(line, "```"):
			p.add(heading, strings.TrimSpace(language), block)
			language = ""
		case language != "":
			block += line
		case strings.HasPrefix(line, "#"):
			heading = strings.TrimSpace(strings.TrimLeft(line, "#"))
		}
	}
	return p
}

func (p page) add(heading, language, block string) {
	switch language {
	case "console":
		for _, transcript := range strings.Split("\n"+block, "\n$ ")[1:] {
			line, output, _ := strings.Cut(transcript, "\n")
			p.sections[heading] = append(p.sections[heading], command{line, strings.TrimSpace(output)})
		}
	case "yaml":
		if first, _, _ := strings.Cut(block, "\n"); strings.HasPrefix(first, "# ") && strings.HasSuffix(first, ".yaml") {
			p.files[strings.TrimPrefix(first, "# ")] = block
		}
	}
}

// A reader does what pages say, in a folder that holds deploy/.
type reader struct {
	site
	dir   string
	pages map[string]page
	done  map[string]bool // sections whose commands were run, as page#section
}

func newReader(t *testing.T, s site, names ...string) *reader {
	t.Helper()
	r := &reader{site: s, dir: t.TempDir(), pages: map[string]page{}, done: map[string]bool{}}
	if err := os.CopyFS(filepath.Join(r.dir, "deploy"), os.DirFS(deploy)); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		p := readPage(t, name)
		r.pages[name] = p
		for path, text := range p.files {
			path = filepath.Join(r.dir, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return r
}

// follow runs the commands of a section. One whose output the page does not show has to
// succeed; another one has to show that.
func (r *reader) follow(t *testing.T, name, section string) {
	t.Helper()
	commands := r.pages[name].sections[section]
	if len(commands) == 0 {
		t.Fatalf("%s has no commands under %q", name, section)
	}
	r.done[name+"#"+section] = true
	for _, c := range commands {
		out, err := r.shell(t.Context(), r.dir, c.line)
		out = strings.TrimSpace(out)
		prefix, open := strings.CutSuffix(c.output, "…")
		switch {
		case c.output == "" && err != nil:
			t.Fatalf("%s: %v", name, err)
		case c.output != "" && out != c.output && (!open || !strings.HasPrefix(out, prefix)):
			t.Errorf("%s: $ %s\nprints\n%s\nnot\n%s", name, c.line, out, c.output)
		}
	}
}

// leftOut returns the sections with commands that were not run.
func (r *reader) leftOut() []string {
	var sections []string
	for name, p := range r.pages {
		for section := range p.sections {
			if !r.done[name+"#"+section] {
				sections = append(sections, name+"#"+section)
			}
		}
	}
	return sections
}
