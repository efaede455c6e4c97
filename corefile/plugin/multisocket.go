package plugin

import (
	"strconv"

	"corewarden/corefile/plugin/reader"
)

// multisocket reads: multisocket [SOCKETS].
func multisocket(p *Parser) error {
	return p.Once(func() error {
		args := p.RemainingArgs()
		if len(args) > 1 {
			return p.ArgErr("multisocket [SOCKETS]")
		}
		if len(args) == 0 {
			return nil // as many as the pod has processors
		}
		if p.Since("1.13.2") {
			return p.Integer(args[0], "the number of sockets", 1, 1024)
		}
		if err := p.Integer(args[0], "the number of sockets", 1, maxOpenFiles); err != nil {
			return err
		}
		if n, _ := strconv.Atoi(args[0].Text); n > 1024 {
			p.Warnf(reader.RulePodAddress, "the server starts only if its pod may open %s sockets; Corewarden cannot check this. Choose at most 1024", args[0].Text)
		}
		return nil
	})
}

// maxOpenFiles is how many files Linux lets a process have unless it is told otherwise.
const maxOpenFiles = 1 << 20
