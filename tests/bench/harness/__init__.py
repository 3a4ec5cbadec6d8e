# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every bench needs: a server with people in it, its load, its references, its report."""
