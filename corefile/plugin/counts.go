package plugin

import (
	"strconv"

	"corewarden/corefile"
)

// unsigned reads a whole number up to most, as strconv.ParseUint does: unlike integer it
// takes no sign.
func (p *Parser) unsigned(back int, text, what string, most uint64) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > most {
		return 0, p.errorAt(back, RuleInvalidValue, "%s is %s. Write a whole number from 0 to %d", what, corefile.Quote(text), most)
	}
	return n, nil
}
