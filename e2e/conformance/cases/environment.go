package cases

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"regexp"
	"slices"
	"strings"
)

// reference is a use of an environment variable, as CoreDNS looks for them in each word.
var reference = regexp.MustCompile(`\{\$([^{}\s"=]+)\}|\{%([^{}%\s"=]+)%\}`)

// plainWord is one that means the same wherever a word may stand: it opens no block, ends
// no word and starts no snippet.
var plainWord = regexp.MustCompile(`^[\w.:/@*^|+-]+$`)

// plainWords are the values of variables that nobody chose.
var plainWords = slices.DeleteFunc(slices.Clone(values), func(w string) bool { return !plainWord.MatchString(w) })

// hideWord puts a variable in the place of a word, or of a part of one. The
// variable mostly has what stood there.
func (m *mutator) hideWord(c *Case, key string) {
	t := parse(c.Files[key])
	if len(t) == 0 {
		return
	}
	line, i := m.anyWord(t)
	w := t[line][i]
	if !plainWord.MatchString(w) || w == "import" { // which is looked for before words are replaced
		return
	}
	from, to := 0, len(w)
	switch cut := m.IntN(len(w)); m.IntN(8) {
	case 0:
		from = cut
	case 1:
		to = cut + 1
	case 2:
		from, to = cut, cut+1+m.IntN(len(w)-cut)
	}
	if strings.Contains(w, path.Dir(Dir)) { // in whose place the server has another folder
		from, to = 0, len(w)
	}
	name := fmt.Sprintf("V%d", len(c.Env))
	if c.Env == nil {
		c.Env = map[string]string{}
	}
	c.Env[name] = w[from:to]
	if m.IntN(4) == 0 {
		c.Env[name] = pick(m.Rand, plainWords)
	}
	words := slices.Clone(t[line])
	words[i] = w[:from] + pick(m.Rand, []string{"{$" + name + "}", "{%" + name + "%}"}) + w[to:]
	c.Files[key] = t.replace(line, words).String()
}

// withEnvironment returns the case with a value for each variable that it refers to.
func (c Case) withEnvironment(r *rand.Rand) Case {
	c.Env = maps.Clone(c.Env)
	for _, key := range c.Keys() {
		for _, found := range reference.FindAllStringSubmatch(c.Files[key], -1) {
			name := found[1] + found[2]
			if _, known := c.Env[name]; known {
				continue
			}
			if c.Env == nil {
				c.Env = map[string]string{}
			}
			c.Env[name] = pick(r, plainWords)
		}
	}
	return c
}

// WithValues returns the case with the values of variables in the place of the variables. It
// reports false if something is left that may be one.
func (c Case) WithValues() (Case, bool) {
	if len(c.Env) == 0 {
		return c, true
	}
	c.Files = maps.Clone(c.Files)
	whole := true
	for key, text := range c.Files {
		written := text
		text = reference.ReplaceAllStringFunc(text, func(use string) string {
			found := reference.FindStringSubmatch(use)
			value := c.Env[found[1]+found[2]]
			return value
		})
		whole = whole && strings.Count(text, "secondary") == strings.Count(written, "secondary") // which looks for its name as it is written
		whole = whole && !strings.Contains(text, "{$") && !strings.Contains(text, "{%")
		c.Files[key] = text
	}
	c.Env = nil
	return c, whole
}
