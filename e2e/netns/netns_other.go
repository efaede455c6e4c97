//go:build !linux

package netns

import "errors"

func enterNew() error { return errors.ErrUnsupported }
