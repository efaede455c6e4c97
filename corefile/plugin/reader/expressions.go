package reader

import (
	"reflect"
	"strings"

	"github.com/expr-lang/expr"

	"corewarden/corefile"
)

// QueryEnvironment returns the types of what an expression may use, as CoreDNS's package
// expression does. They are in CoreDNS since 1.11.3, with these types.
func QueryEnvironment() map[string]any {
	return map[string]any{
		"incidr":      func(_, _ string) (bool, error) { return false, nil },
		"metadata":    func(string) string { return "" },
		"type":        func() string { return "" },
		"name":        func() string { return "" },
		"class":       func() string { return "" },
		"proto":       func() string { return "" },
		"size":        func() int { return 0 },
		"client_ip":   func() string { return "" },
		"port":        func() string { return "" },
		"id":          func() int { return 0 },
		"opcode":      func() int { return 0 },
		"do":          func() bool { return false },
		"bufsize":     func() int { return 0 },
		"server_ip":   func() string { return "" },
		"server_port": func() string { return "" },
	}
}

// maxExpression is how long an expression may be here. CoreDNS has no such limit.
const maxExpression = 4096

// Expression checks an expression of expr-lang, whose words end at the current token, and
// returns the type of its value, or nil if only running it tells.
func (p *Parser) Expression(words []corefile.Token, environment map[string]any) (reflect.Type, error) {
	if p.HiddenAmong(words) {
		return nil, nil
	}
	text := strings.Join(Texts(words), " ")
	if len(text) > maxExpression {
		return nil, p.ErrorAt(words[0], corefile.RuleTooLarge, "the expression has %d characters; at most %d are checked. Shorten it", len(text), maxExpression)
	}
	if err := p.Spend(words[0], 50+len(text)/6); err != nil {
		return nil, err
	}
	// The optimizer finds a few errors more, but it also writes out ranges of up to a
	// million numbers.
	optimize := expr.Optimize(!strings.Contains(text, ".."))
	program, err := expr.Compile(text, expr.Env(environment), expr.DisableBuiltin("type"), optimize)
	if err != nil {
		reason, _, _ := strings.Cut(err.Error(), "\n")
		remedy := ". Write one such as name() endsWith '.example.org.'"
		if strings.HasPrefix(reason, "unknown name") {
			remedy = ". Put text in single quotes: CoreDNS removes double quotes"
		}
		return nil, p.ErrorAt(words[0], RuleInvalidValue, "invalid expression: %s%s", corefile.Quote(reason), remedy)
	}
	return program.Node().Type(), nil
}
