# SPDX-License-Identifier: AGPL-3.0-or-later
"""What black-box tests are written with: servers to talk to, people who talk, and patience."""
