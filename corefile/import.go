package corefile

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// doImport replaces the import that the cursor is at by what it imports: a snippet or
// files. An import that is wrong is reported and imports nothing.
func (p *parser) doImport() {
	word, via := p.token(), p.token().via
	words := 1
	for p.nextArg() {
		words++
	}
	var frames []frame
	switch {
	case words == 2:
		frames = p.imported(p.token(), via)
	case p.token().via != via:
		p.report.Error(word, RuleImportArguments, fmt.Sprintf(
			"%s is imported twice in a row, and CoreDNS reads the end of the first and the start of the second as one line. Import it once", Quote(word.File())))
	default:
		p.report.Error(word, RuleImportArguments, "import takes exactly one argument: a snippet, a file or a file pattern")
	}
	p.replace(words, frames)
}

// imported returns the tokens that an import of the given argument stands for.
func (p *parser) imported(arg Token, via *expansion) []frame {
	if arg.Text == "" {
		p.report.Error(arg, RuleImportArguments, `import "" imports nothing. Name a snippet, a file or a file pattern`)
		return nil
	}
	if arg.DependsOnEnvironment() {
		p.report.WarnOfImport(arg)
		p.unknownImport = true
		return nil
	}
	if p.expansions++; p.expansions > maxExpansions {
		if p.expansions == maxExpansions+1 {
			p.report.Refuse(arg, RuleTooLarge, fmt.Sprintf("the configuration imports more than %d snippets and files, the limit of CoreDNS too. Import less", maxExpansions))
		}
		return nil
	}
	if via.depth == maxImportDepth {
		p.tooDeep(arg, via)
		return nil
	}
	if s, found := p.snippets[arg.Text]; found {
		return []frame{{s.tokens, &expansion{snippet: arg.Text, parent: via, depth: via.depth + 1}}}
	}
	var frames []frame
	for _, file := range p.matches(arg) {
		s := p.lex(file)
		frames = append(frames, frame{s.tokens, &expansion{source: s, parent: via, depth: via.depth + 1}})
	}
	return frames
}

func (p *parser) tooDeep(arg Token, via *expansion) {
	message := fmt.Sprintf("imports are nested more than %d deep. Nest them less", maxImportDepth)
	if via.repeats() {
		message = fmt.Sprintf("%s imports itself, directly or through others. Remove this import", Quote(arg.Text))
	}
	p.report.Refuse(arg, RuleImportCycle, message)
	p.pending = nil // what follows is more of the same
}

// matches returns the files that an import's argument matches, in the order in which
// CoreDNS loads them.
func (p *parser) matches(arg Token) []File {
	pattern := arg.Text
	if !path.IsAbs(pattern) {
		pattern = path.Join(path.Dir(arg.source.Path), pattern)
	}
	if strings.Count(pattern, "*") > 1 || strings.Count(pattern, "?") > 1 ||
		(strings.Contains(pattern, "[") && strings.Contains(pattern, "]")) {
		p.report.Error(arg, RuleImportPattern, fmt.Sprintf(
			`%s: a pattern can have at most one "*" and one "?", and no "[...]". Import the files one by one or use a simpler pattern`, Quote(arg.Text)))
		return nil
	}
	if _, err := path.Match(pattern, ""); err != nil {
		p.report.Error(arg, RuleImportPattern, fmt.Sprintf("%s is not a valid file pattern: a backslash or bracket has no end", Quote(arg.Text)))
		return nil
	}
	if !strings.ContainsAny(pattern, meta) {
		pattern = path.Clean(pattern)
		return p.named(arg, pattern)
	}
	return p.globbed(arg, pattern)
}

func (p *parser) named(arg Token, name string) []File {
	if file, found := p.files[name]; found {
		return []File{file}
	}
	switch {
	case slices.Contains(p.conf.Dirs, name):
		p.report.Error(arg, RuleImportNotFound, fmt.Sprintf("%s is a directory. Import the files in it with a pattern such as %s", Quote(arg.Text), Quote(arg.Text+"/*.conf")))
	case slices.Contains(p.conf.Dirs, path.Dir(name)):
		p.notFound(arg, name)
	default:
		p.elsewhere(arg)
	}
	return nil
}

// notFound reports an import of a file that is not there.
func (p *parser) notFound(arg Token, name string) {
	report := p.report.Error
	if mayMatchNothing(name) {
		report = p.report.Warn
	}
	report(arg, RuleImportNotFound, fmt.Sprintf("there is no snippet and no key named %s here. Declare the snippet above this line or fix the name", Quote(path.Base(name))))
}

func (p *parser) globbed(arg Token, pattern string) []File {
	known := slices.Contains(p.conf.Dirs, path.Dir(pattern))
	if !known {
		p.elsewhere(arg)
	}
	g := newGlob(pattern)
	if i := slices.IndexFunc(p.conf.Dirs, g.matches); i >= 0 {
		p.report.Error(arg, RuleImportPattern, fmt.Sprintf(
			"%s also matches %s, a directory, which CoreDNS refuses to import. Use a pattern that leaves it out", Quote(arg.Text), Quote(p.conf.Dirs[i])))
		return nil
	}
	// The kubelet keeps the files of a volume in a hidden folder beside them.
	if known && g.matches(path.Join(path.Dir(pattern), "..data")) {
		p.report.Error(arg, RuleImportPattern, fmt.Sprintf(
			`%s also matches "..data", a directory in every ConfigMap volume, and CoreDNS refuses to import directories. Use a pattern that leaves it out, such as "*.conf"`, Quote(arg.Text)))
		return nil
	}
	var files []File
	for name, file := range p.files {
		if p.compared > maxCompared {
			return nil
		}
		if p.compared += g.effort(name); p.compared > maxCompared {
			p.report.Refuse(arg, RuleTooLarge, "there are too many files and import patterns to compare. Import the files by name")
			return nil
		}
		if g.matches(name) {
			files = append(files, file)
		}
	}
	if known && len(files) == 0 && !mayMatchNothing(pattern) {
		p.notFound(arg, pattern)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

func (p *parser) elsewhere(arg Token) {
	message := "import reads %s, which must exist in the pod; Corewarden cannot check it"
	if mayMatchNothing(arg.Text) {
		message = "import reads %s in the pod; Corewarden cannot check it"
	}
	p.report.Warn(arg, RuleFileElsewhere, fmt.Sprintf(message, QuotePath(arg.Text)))
}
