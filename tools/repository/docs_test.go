package repository

import (
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	fenced  = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	// What follows make in a code span, and on a line of a code block.
	makeSpan   = regexp.MustCompile("`make ([^`\n]+)`")
	makeLine   = regexp.MustCompile(`(?m)^ *(?:\$ )?(?:\w+=\S+ )*make (.+)$`)
	makeTarget = regexp.MustCompile(`(?m)^([a-z-]+):`)
)

func TestLinksPointToSomething(t *testing.T) {
	t.Parallel()
	r := readRepository(t)
	for _, page := range r.pages() {
		text := r.texts[page]
		for _, at := range link.FindAllStringSubmatchIndex(text, -1) {
			target, err := url.Parse(text[at[2]:at[3]])
			if err != nil {
				t.Errorf("%s:%d: %v", page, lineOf(text, at[0]), err)
				continue
			}
			if target.IsAbs() {
				continue
			}
			file := page
			if target.Path != "" {
				file = path.Join(path.Dir(page), target.Path)
			}
			if _, err := fs.Stat(r.root, file); err != nil {
				t.Errorf("%s:%d: link to %s, which is not there", page, lineOf(text, at[0]), target)
			} else if target.Fragment != "" && !hasAnchor(r.texts[file], target.Fragment) {
				t.Errorf("%s:%d: link to %s: no heading of that name", page, lineOf(text, at[0]), target)
			}
		}
	}
}

// hasAnchor tells whether one of the page's headings has the anchor, as GitHub and
// GitLab make it: lower case, spaces to hyphens, punctuation dropped.
func hasAnchor(page, anchor string) bool {
	page = fenced.ReplaceAllString(page, "")
	dropped := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for _, h := range heading.FindAllStringSubmatch(page, -1) {
		name := dropped.ReplaceAllString(strings.ToLower(h[1]), "")
		if strings.ReplaceAll(name, " ", "-") == anchor {
			return true
		}
	}
	return strings.Contains(page, `id="`+anchor+`"`)
}

func TestDocumentedMakeTargetsExist(t *testing.T) {
	t.Parallel()
	r := readRepository(t)
	exists := make(map[string]bool)
	for _, m := range makeTarget.FindAllStringSubmatch(r.texts["Makefile"], -1) {
		exists[m[1]] = true
	}
	check := func(page, args string, line int) {
		for _, word := range strings.Fields(args) {
			if strings.ContainsAny(word, "=#&|;") { // what follows may be anything
				return
			}
			if !strings.HasPrefix(word, "-") && !exists[word] {
				t.Errorf("%s:%d: make %s: the Makefile has no such target", page, line, word)
			}
		}
	}
	for _, page := range r.pages() {
		text := r.texts[page]
		for _, at := range makeSpan.FindAllStringSubmatchIndex(text, -1) {
			check(page, text[at[2]:at[3]], lineOf(text, at[0]))
		}
		for _, block := range fenced.FindAllStringIndex(text, -1) {
			lines := text[block[0]:block[1]]
			for _, at := range makeLine.FindAllStringSubmatchIndex(lines, -1) {
				check(page, lines[at[2]:at[3]], lineOf(text, block[0]+at[2]))
			}
		}
	}
}
