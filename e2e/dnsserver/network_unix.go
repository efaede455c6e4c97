//go:build unix && !linux

package dnsserver

import "errors"

func furnish([]string) error { return errors.ErrUnsupported }
