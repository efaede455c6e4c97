package plugin

import (
	"strconv"

	"corewarden/corefile"
)

// unsigned reads a whole number up to most, as strconv.ParseUint does: unlike integer it
// takes no sign.
func (p *Parser) unsigned(token corefile.Token, what string, most uint64) (uint64, error) {
	n, err := strconv.ParseUint(token.Text, 10, 64)
	if err != nil || n > most {
		return 0, p.errorAt(token, RuleInvalidValue, "%s is %s. Write a whole number from 0 to %d", what, corefile.Quote(token.Text), most)
	}
	return n, nil
}
